package runner

import (
	"context"

	"github.com/probatum/probatum/internal/check"
	"github.com/probatum/probatum/internal/report"
	"github.com/probatum/probatum/internal/source"
)

// Page runs one page. With an error the page says that it was not run. No value
// of a Secret, no token and nothing else that Options.Secrets knows is in either.
func (r *Runner) Page(ctx context.Context, p *check.Plan) (report.Page, error) {
	r.learnSecrets(ctx)
	pg, err := r.page(ctx, p)
	return r.hidden(pg, p), r.safe(err)
}

// hidden is the page's results without secrets, also those that it only shows in
// blocks that were not run.
func (r *Runner) hidden(pg report.Page, p *check.Plan) report.Page {
	var texts []string
	for i := range p.Items {
		texts = append(texts, p.Items[i].Block.Text)
	}
	r.secrets.Learn(texts...)
	pg.Redact(r.secrets)
	return pg
}

// learnSecrets looks which Secrets the cluster has now. It is called after each
// command that may make one, as the page may take it away again.
func (r *Runner) learnSecrets(ctx context.Context) {
	if r.o.Cluster == nil || r.o.Cluster.Secrets == nil || r.blind {
		return
	}
	limited, cancel := context.WithTimeout(ctx, r.o.Timeout)
	defer cancel()
	values, err := r.o.Cluster.Secrets(limited)
	r.secrets.Add(values...)
	if err != nil && r.ended(ctx) == nil {
		r.blind = true
		r.wrong = append(r.wrong, source.Diagnostic{Rule: "secrets", Severity: source.Warning, Message: err.Error(),
			Hint: "so their values are not known: only what looks like a secret is taken out of the results"})
	}
}

// safe takes secrets out of an error.
func (r *Runner) safe(err error) error {
	if err == nil {
		return nil
	}
	if text := r.secrets.Text(err.Error()); text != err.Error() {
		return &safeError{text, err}
	}
	return err
}

type safeError struct {
	text string
	err  error
}

func (e *safeError) Error() string { return e.text }
func (e *safeError) Unwrap() error { return e.err }

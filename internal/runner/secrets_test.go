//go:build linux

package runner

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/probatum/probatum/internal/source"
)

// TestSecretsUnknown holds that it is said, once, where the Secrets of a cluster
// cannot be listed, and that nothing else comes of it.
func TestSecretsUnknown(t *testing.T) {
	f := newFakeCluster(t)
	f.Secrets = func(context.Context) ([]string, error) { return nil, errors.New("secrets is forbidden") }
	r, err := New(t.Context(), Options{Cluster: f.Cluster})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	r.learnSecrets(t.Context())
	r.learnSecrets(t.Context())
	ds := r.Diagnostics()
	if len(ds) != 1 || ds[0].Severity != source.Warning || !strings.Contains(ds[0].String(), "secrets is forbidden\n\thint: so their values are not known") {
		t.Errorf("got %v", ds)
	}
}

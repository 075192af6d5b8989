// Package rules runs the rules in CEL that a CustomResourceDefinition carries
// under x-kubernetes-validations, as an API server does: values come in, what
// the rule says of them goes out.
//
// The language is cel-go's. The functions that Kubernetes adds are here as far as
// definitions use them: those of k8s.io/apiserver would pull in the libraries of
// a whole server and its metrics.
package rules

import (
	"errors"
	"fmt"
	"strings"
	"sync"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/ext"
	"github.com/probatum/probatum/internal/lazyregexp"
)

// A Rule is one entry of x-kubernetes-validations. It is compiled when it is
// first asked, and is safe for concurrent use.
type Rule struct {
	Text    string // what has to be true of self
	Message string // what to say where it is not; "" the rule itself
	// MessageText is an expression that gives the message; "" none.
	MessageText string
	Field       string // the path, from self, of the field that it is about, as ".spec.size"; "" self

	once    sync.Once
	rule    cel.Program
	message cel.Program
	err     error
}

// maxCost bounds the work of one rule on one value, in steps.
const maxCost = 1_000_000

// Old reports whether the rule compares with what was stored before. It says
// nothing of an object that is new.
func (r *Rule) Old() bool { return oldSelf.MatchString(r.Text) }

var oldSelf = lazyregexp.New(`\boldSelf\b`)

// Err says why the rule cannot be read; nil it can.
func (r *Rule) Err() error {
	r.once.Do(r.compile)
	return r.err
}

// Check asks the rule about a value, which is made of map[string]any, []any,
// string, bool, int64, float64, []byte, time.Time and time.Duration. It returns
// what is wrong, "" nothing. An error means that the rule has no answer.
func (r *Rule) Check(self any) (string, error) {
	if err := r.Err(); err != nil {
		return "", err
	}
	vars := map[string]any{"self": self, "oldSelf": types.OptionalNone}
	out, _, err := r.rule.Eval(vars)
	if err != nil {
		return "", fmt.Errorf("rule %s: %w", r.Text, err)
	}
	if out != types.False {
		return "", nil
	}
	return r.say(vars), nil
}

func (r *Rule) say(vars map[string]any) string {
	if r.message != nil {
		if out, _, err := r.message.Eval(vars); err == nil {
			if s, ok := out.Value().(string); ok && strings.TrimSpace(s) != "" {
				return s
			}
		}
	}
	if r.Message != "" {
		return r.Message
	}
	return "it has to be true that " + strings.Join(strings.Fields(r.Text), " ")
}

func (r *Rule) compile() {
	env, err := environment()
	if err != nil {
		r.err = err
		return
	}
	if r.rule, r.err = program(env, r.Text); r.err == nil && r.MessageText != "" {
		r.message, _ = program(env, r.MessageText)
	}
}

func program(env *cel.Env, text string) (cel.Program, error) {
	ast, issues := env.Compile(text)
	if issues.Err() != nil {
		said, _, _ := strings.Cut(issues.Errors()[0].Message, "\n")
		return nil, errors.New(said)
	}
	if out := ast.OutputType(); !out.IsAssignableType(cel.BoolType) && !out.IsAssignableType(cel.StringType) && !out.IsAssignableType(cel.DynType) {
		return nil, fmt.Errorf("it gives %s, and not true or false", out)
	}
	return env.Program(ast, cel.CostLimit(maxCost))
}

var environment = sync.OnceValues(func() (*cel.Env, error) {
	options := []cel.EnvOption{
		cel.Variable("self", cel.DynType), cel.Variable("oldSelf", cel.DynType),
		cel.OptionalTypes(), cel.CrossTypeNumericComparisons(true), cel.DefaultUTCTimeZone(true),
		ext.Strings(ext.StringsVersion(2)), ext.Sets(), ext.TwoVarComprehensions(), ext.Network(),
	}
	return cel.NewEnv(append(options, functions()...)...)
})

// Name gives the name under which rules see a field: what CEL cannot read as one
// is written around.
func Name(field string) string {
	if reserved[field] {
		return "__" + field + "__"
	}
	return escapes.Replace(field)
}

var escapes = strings.NewReplacer("__", "__underscores__", ".", "__dot__", "-", "__dash__", "/", "__slash__")

var reserved = func() map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields("true false null in as break const continue else for function if import let loop package namespace return var void while") {
		m[w] = true
	}
	return m
}()

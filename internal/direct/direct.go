// Package direct executes templates of html/template without looking up each
// name anew. A template comes in; when it is first executed, html/template makes its
// escapers a part of it, and its tree is made into functions, for which the fields,
// methods and escapers that it names are found once, by the type of its dot.
//
// What is not known here, in a template or in one execution of it, is left to
// html/template. It also says what is wrong, so that a template has one meaning.
package direct

import (
	"bytes"
	"html/template"
	"io"
	"reflect"
	"sync"
)

// A Template is executed on dots of one type. It is safe for concurrent use.
type Template struct {
	html  *template.Template
	dot   Dot
	funcs template.FuncMap
	once  sync.Once
	run   step // nil: html/template executes all of it
	vars  int  // how many variables it has
}

// A Dot is the type of the dots of a template.
type Dot struct {
	reflect.Type
	caller func(method any, args []value) func(s *state) reflect.Value
}

// DotOf returns the type D.
func DotOf[D any]() Dot { return Dot{reflect.TypeFor[D](), caller[D]} }

// caller calls a method of a dot without reflection, which takes ten times the
// time. It knows the kinds of methods that pages have; nil for any other.
func caller[D any](method any, args []value) func(s *state) reflect.Value {
	switch method := method.(type) {
	case func(D) template.HTML:
		return func(s *state) reflect.Value { return reflect.ValueOf(method(args[0].get(s).Interface().(D))) }
	case func(D, string) (template.HTML, error):
		return func(s *state) reflect.Value {
			html, err := method(args[0].get(s).Interface().(D), args[1].get(s).String())
			if err != nil {
				panic(unknown{})
			}
			return reflect.ValueOf(html)
		}
	}
	return nil
}

// New returns a template for dots of one type. The functions are those that t
// was parsed with. t is not changed any more from then on.
func New(t *template.Template, dot Dot, funcs template.FuncMap) *Template {
	return &Template{html: t, dot: dot, funcs: funcs}
}

var buffers = sync.Pool{New: func() any { return new([]byte) }}

// HTML returns what the template makes of dot, or the error of html/template.
func (t *Template) HTML(dot any) (template.HTML, error) {
	b := buffers.Get().(*[]byte)
	defer buffers.Put(b)
	out, err := t.Append((*b)[:0], dot)
	if err != nil {
		return "", err
	}
	*b = out
	return template.HTML(out), nil
}

// Append appends that to b. Where it fails b stays as it was.
func (t *Template) Append(b []byte, dot any) ([]byte, error) {
	t.once.Do(t.compile)
	if t.run != nil && reflect.TypeOf(dot) == t.dot.Type {
		if out, ok := t.direct(b, reflect.ValueOf(dot)); ok {
			return out, nil
		}
	}
	w := bytes.NewBuffer(b)
	if err := t.html.Execute(w, dot); err != nil {
		return b, err
	}
	return w.Bytes(), nil
}

// A state is one execution. Another one uses its room again.
type state struct {
	out  []byte
	vars []reflect.Value // the dots, too
	args []reflect.Value // of the calls that are being made
}

var states = sync.Pool{New: func() any { return &state{} }}

// A step writes a part of the template.
type step func(s *state)

// direct reports whether the template could be executed here. What goes wrong, a
// function that fails or panics among it, does so again in html/template.
func (t *Template) direct(b []byte, dot reflect.Value) (out []byte, ok bool) {
	defer func() {
		if recover() != nil {
			out, ok = nil, false
		}
	}()
	s := states.Get().(*state)
	s.out, s.vars, s.args = b, append(s.vars[:0], make([]reflect.Value, t.vars)...), s.args[:0]
	s.vars[0] = dot
	t.run(s)
	b, s.out = s.out, nil
	clear(s.vars)
	states.Put(s)
	return b, true
}

// compile makes run, where all of the template is known.
func (t *Template) compile() {
	_ = t.html.Execute(io.Discard, nil) // for the escapers
	defer func() { _ = recover() }()
	c := &compiler{set: t.html, dot: t.dot, funcs: t.funcs, busy: map[string]bool{}}
	run := c.template(t.html.Name(), value{typ: t.dot.Type})
	t.run, t.vars = run, c.vars
}

// Known reports whether the template is not left to html/template as a whole.
func (t *Template) Known() bool {
	t.once.Do(t.compile)
	return t.run != nil
}

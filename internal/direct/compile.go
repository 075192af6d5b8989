package direct

import (
	"fmt"
	"html/template"
	"reflect"
	"strconv"
	"text/template/parse"
)

// unknown is the panic where this package meets what it does not know.
type unknown struct{}

// A value is what an expression of a template stands for.
type value struct {
	typ  reflect.Type // nil where only an execution tells
	addr bool         // it has an address for sure, so that methods of pointers are its own, too
	get  func(s *state) reflect.Value
}

type compiler struct {
	set   *template.Template
	dot   Dot
	funcs template.FuncMap
	busy  map[string]bool // the templates around this place
	scope []variable
	vars  int
}

// A variable is one of a template or, named ".", a dot.
type variable struct {
	name string
	at   int // in state.vars
	value
}

// template is a template of the set. Its dot is the variable that is made next.
func (c *compiler) template(name string, dot value) step {
	t := c.set.Lookup(name)
	if t == nil || t.Tree == nil || c.busy[name] {
		panic(unknown{})
	}
	c.busy[name] = true
	defer func(outer []variable) {
		c.scope = outer
		delete(c.busy, name)
	}(c.scope)
	c.scope = nil
	at := c.declare(".", dot)
	c.scope = append(c.scope, variable{"$", at, c.scope[0].value})
	return c.list(t.Tree.Root)
}

func (c *compiler) declare(name string, v value) (at int) {
	at = c.vars
	c.vars++
	v.get = func(s *state) reflect.Value { return s.vars[at] }
	c.scope = append(c.scope, variable{name, at, v})
	return at
}

func (c *compiler) variable(name string) variable {
	for i := len(c.scope) - 1; i >= 0; i-- {
		if c.scope[i].name == name {
			return c.scope[i]
		}
	}
	panic(unknown{})
}

// list is some steps, behind which the variables of them end.
func (c *compiler) list(l *parse.ListNode) step {
	defer func(outer []variable) { c.scope = outer }(c.scope)
	var steps []step
	if l != nil {
		for _, n := range l.Nodes {
			steps = append(steps, c.node(n))
		}
	}
	return func(s *state) {
		for _, run := range steps {
			run(s)
		}
	}
}

func (c *compiler) node(n parse.Node) step {
	switch n := n.(type) {
	case *parse.TextNode:
		return func(s *state) { s.out = append(s.out, n.Text...) }
	case *parse.ActionNode:
		return c.action(n.Pipe)
	case *parse.IfNode:
		return c.branch(&n.BranchNode, false)
	case *parse.WithNode:
		return c.branch(&n.BranchNode, true)
	case *parse.RangeNode:
		return c.loop(&n.BranchNode)
	case *parse.TemplateNode:
		if n.Pipe == nil {
			break
		}
		dot := c.pipe(n.Pipe)
		at := c.vars
		run := c.template(n.Name, dot)
		return func(s *state) {
			s.vars[at] = dot.get(s)
			run(s)
		}
	}
	panic(unknown{})
}

// action writes a value through the escapers at the end of its pipe, or gives it
// to a variable.
func (c *compiler) action(pipe *parse.PipeNode) step {
	if len(pipe.Decl) > 0 {
		v := c.pipe(pipe)
		return func(s *state) { v.get(s) }
	}
	n := len(pipe.Cmds)
	for n > 1 && escaperName(pipe.Cmds[n-1]) != "" {
		n--
	}
	v, write := c.commands(pipe.Cmds[:n]), writer(pipe.Cmds[n:])
	if v.typ != nil {
		write(nil, reflect.Zero(v.typ)) // panics for a type that it does not know
	}
	return func(s *state) { s.out = write(s.out, v.get(s)) }
}

func (c *compiler) branch(n *parse.BranchNode, with bool) step {
	defer func(outer []variable) { c.scope = outer }(c.scope)
	v := c.pipe(n.Pipe)
	no := c.list(n.ElseList)
	at := c.vars
	if with {
		c.declare(".", v)
	}
	yes := c.list(n.List)
	return func(s *state) {
		got := v.get(s)
		switch {
		case !truth(got):
			no(s)
		case with:
			s.vars[at] = got
			yes(s)
		default:
			yes(s)
		}
	}
}

// loop is a range over a slice.
func (c *compiler) loop(n *parse.BranchNode) step {
	defer func(outer []variable) { c.scope = outer }(c.scope)
	list, none := c.commands(n.Pipe.Cmds), c.list(n.ElseList)
	decl := n.Pipe.Decl
	if list.typ == nil || list.typ.Kind() != reflect.Slice || n.Pipe.IsAssign || len(decl) > 0 && n.ElseList != nil {
		panic(unknown{})
	}
	elem := value{typ: list.typ.Elem(), addr: true}
	dot, index := c.declare(".", elem), c.vars
	if len(decl) > 0 {
		if len(decl) == 2 {
			c.declare(decl[0].Ident[0], value{typ: reflect.TypeFor[int]()})
		}
		c.scope = append(c.scope, variable{decl[len(decl)-1].Ident[0], dot, c.variable(".").value})
	}
	body := c.list(n.List)
	return func(s *state) {
		list := list.get(s)
		for i := range list.Len() {
			s.vars[dot] = list.Index(i)
			if len(decl) == 2 {
				s.vars[index] = reflect.ValueOf(i)
			}
			body(s)
		}
		if list.Len() == 0 {
			none(s)
		}
	}
}

// pipe is the value of a pipeline, which its variable gets.
func (c *compiler) pipe(pipe *parse.PipeNode) value {
	v := c.commands(pipe.Cmds)
	if len(pipe.Decl) == 0 {
		return v
	}
	at, name, get := c.vars, pipe.Decl[0].Ident[0], v.get
	if !pipe.IsAssign {
		c.declare(name, v)
	} else if old := c.variable(name); old.typ == v.typ {
		at = old.at
	} else {
		panic(unknown{})
	}
	v.get = func(s *state) reflect.Value {
		s.vars[at] = get(s)
		return s.vars[at]
	}
	return v
}

// commands is the value of commands, each of which takes that of the one before
// as its last argument.
func (c *compiler) commands(cmds []*parse.CommandNode) value {
	var last []value
	for _, cmd := range cmds {
		var args []value
		for _, a := range cmd.Args[1:] {
			args = append(args, c.expression(a, nil))
		}
		last = []value{c.expression(cmd.Args[0], append(args, last...))}
	}
	return last[0]
}

// expression is the value of n, called with arguments where there are some.
func (c *compiler) expression(n parse.Node, args []value) value {
	switch n := n.(type) {
	case *parse.IdentifierNode:
		return c.function(n.Ident, args)
	case *parse.FieldNode:
		return c.chain(c.variable(".").value, n.Ident, args)
	case *parse.VariableNode:
		return c.chain(c.variable(n.Ident[0]).value, n.Ident[1:], args)
	case *parse.ChainNode:
		return c.chain(c.expression(n.Node, nil), n.Field, args)
	case *parse.DotNode:
		return c.chain(c.variable(".").value, nil, args)
	case *parse.PipeNode:
		return c.chain(c.pipe(n), nil, args)
	case *parse.BoolNode:
		return c.chain(constant(n.True), nil, args)
	case *parse.StringNode:
		return c.chain(constant(n.Text), nil, args)
	case *parse.NumberNode:
		if n.IsInt && n.Text == strconv.FormatInt(n.Int64, 10) {
			return c.chain(constant(int(n.Int64)), nil, args)
		}
	}
	panic(unknown{})
}

func constant(x any) value {
	v := reflect.ValueOf(x)
	return value{v.Type(), false, func(*state) reflect.Value { return v }}
}

// chain is a member of a member of v, and so on. The last takes the arguments.
func (c *compiler) chain(v value, names []string, args []value) value {
	for i, name := range names {
		if i == len(names)-1 {
			return c.member(v, name, args)
		}
		v = c.member(v, name, nil)
	}
	if len(args) > 0 {
		panic(unknown{})
	}
	return v
}

// member is a method of v or else a field.
func (c *compiler) member(v value, name string, args []value) value {
	if v.typ == nil || v.typ.Kind() == reflect.Interface {
		panic(unknown{})
	}
	get := v.get
	if v.addr && v.typ.Kind() != reflect.Pointer {
		v = value{reflect.PointerTo(v.typ), false, func(s *state) reflect.Value { return get(s).Addr() }}
	}
	if m, ok := v.typ.MethodByName(name); ok {
		return c.apply(m.Func, append([]value{v}, args...))
	}
	object := v
	if v.typ.Kind() == reflect.Pointer {
		object = value{v.typ.Elem(), true, func(s *state) reflect.Value { return v.get(s).Elem() }}
	}
	if object.typ.Kind() != reflect.Struct || len(args) > 0 {
		panic(unknown{})
	}
	f, ok := object.typ.FieldByName(name)
	if !ok || !f.IsExported() || len(f.Index) > 1 || f.Type.Kind() == reflect.Interface {
		panic(unknown{})
	}
	return value{f.Type, object.addr, func(s *state) reflect.Value { return object.get(s).Field(f.Index[0]) }}
}

// function is a call of a function by its name.
func (c *compiler) function(name string, args []value) value {
	if f := c.funcs[name]; f != nil {
		return c.apply(reflect.ValueOf(f), args)
	}
	switch {
	case (name == "or" || name == "and") && len(args) > 0:
		return choice(args, name == "or")
	case name == "not" && len(args) == 1:
		return predicate(func(s *state) bool { return !truth(args[0].get(s)) })
	case (name == "eq" || name == "ne") && len(args) == 2 && args[0].typ == reflect.TypeFor[string]() && args[1].typ == args[0].typ:
		return predicate(func(s *state) bool { return (args[0].get(s).String() == args[1].get(s).String()) == (name == "eq") })
	case name == "print":
		return c.apply(reflect.ValueOf(fmt.Sprint), args)
	case name == "printf":
		return c.apply(reflect.ValueOf(fmt.Sprintf), args)
	}
	panic(unknown{})
}

func predicate(holds func(s *state) bool) value {
	return value{reflect.TypeFor[bool](), false, func(s *state) reflect.Value { return reflect.ValueOf(holds(s)) }}
}

// choice is the first argument whose truth is the wanted one, or the last.
func choice(args []value, want bool) value {
	v := value{typ: args[0].typ}
	for _, a := range args {
		if a.typ != v.typ {
			v.typ = nil
		}
	}
	v.get = func(s *state) (got reflect.Value) {
		for _, a := range args {
			if got = a.get(s); truth(got) == want {
				break
			}
		}
		return got
	}
	return v
}

// apply is a call of a function of Go. One that fails ends the execution.
func (c *compiler) apply(f reflect.Value, args []value) value {
	t := f.Type()
	if n := t.NumOut(); n == 0 || n > 2 || n == 2 && t.Out(1) != reflect.TypeFor[error]() || t.Out(0).Kind() == reflect.Interface {
		panic(unknown{})
	}
	last := t.NumIn() - 1
	if len(args) != last+1 && (!t.IsVariadic() || len(args) < last) {
		panic(unknown{})
	}
	for i, a := range args {
		in := t.In(min(i, last))
		if t.IsVariadic() && i >= last {
			in = in.Elem()
		}
		if a.typ == nil || !a.typ.AssignableTo(in) {
			panic(unknown{})
		}
	}
	if call := c.dot.caller(f.Interface(), args); call != nil {
		return value{t.Out(0), false, call}
	}
	return value{t.Out(0), false, func(s *state) reflect.Value {
		at := len(s.args)
		for _, a := range args {
			s.args = append(s.args, a.get(s))
		}
		out := f.Call(s.args[at:])
		clear(s.args[at:])
		s.args = s.args[:at]
		if len(out) == 2 && !out[1].IsNil() {
			panic(unknown{})
		}
		return out[0]
	}}
}

// truth is that of an {{ if }}.
func truth(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.String, reflect.Slice, reflect.Map:
		return v.Len() > 0
	case reflect.Bool, reflect.Int:
		return !v.IsZero()
	case reflect.Pointer:
		return !v.IsNil()
	case reflect.Struct:
		return true
	}
	panic(unknown{})
}

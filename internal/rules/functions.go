package rules

import (
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/common/types/traits"
	"github.com/probatum/probatum/internal/lazyregexp"
)

// functions are those that Kubernetes adds to CEL. What it calls a URL or a
// quantity is text here, which their methods read.
func functions() []cel.EnvOption {
	text, list := cel.StringType, cel.ListType(cel.DynType)
	return []cel.EnvOption{
		method("isSorted", list, cel.BoolType, isSorted),
		method("sum", list, cel.DynType, sum),
		method("min", list, cel.DynType, func(v ref.Val) ref.Val { return least(v, types.IntNegOne) }),
		method("max", list, cel.DynType, func(v ref.Val) ref.Val { return least(v, types.IntOne) }),
		cel.Function("indexOf", cel.MemberOverload("list_indexOf", []*cel.Type{list, cel.DynType}, cel.IntType, cel.BinaryBinding(indexOf(false)))),
		cel.Function("lastIndexOf", cel.MemberOverload("list_lastIndexOf", []*cel.Type{list, cel.DynType}, cel.IntType, cel.BinaryBinding(indexOf(true)))),
		cel.Function("find", cel.MemberOverload("string_find", []*cel.Type{text, text}, text, cel.BinaryBinding(find))),
		cel.Function("findAll", cel.MemberOverload("string_findAll", []*cel.Type{text, text}, cel.ListType(text), cel.BinaryBinding(findAll))),

		of("isURL", cel.BoolType, func(s string) ref.Val { _, err := parseURL(s); return types.Bool(err == nil) }),
		of("url", text, func(s string) ref.Val {
			if _, err := parseURL(s); err != nil {
				return types.NewErr("%v", err)
			}
			return types.String(s)
		}),
		part("getScheme", func(u *url.URL) string { return u.Scheme }),
		part("getHost", func(u *url.URL) string { return u.Host }),
		part("getHostname", (*url.URL).Hostname),
		part("getPort", (*url.URL).Port),
		part("getEscapedPath", (*url.URL).EscapedPath),

		of("isQuantity", cel.BoolType, func(s string) ref.Val { _, ok := quantity(s); return types.Bool(ok) }),
		of("quantity", cel.DoubleType, func(s string) ref.Val {
			f, ok := quantity(s)
			if !ok {
				return types.NewErr("%q is no quantity", s)
			}
			return types.Double(f)
		}),
		compare("isGreaterThan", func(a, b float64) bool { return a > b }),
		compare("isLessThan", func(a, b float64) bool { return a < b }),
		cel.Function("compareTo", cel.MemberOverload("quantity_compareTo", []*cel.Type{cel.DoubleType, cel.DoubleType}, cel.IntType,
			cel.BinaryBinding(func(a, b ref.Val) ref.Val { return a.(types.Double).Compare(b) }))),
		method("sign", cel.DoubleType, cel.IntType, func(v ref.Val) ref.Val { return v.(types.Double).Compare(types.Double(0)) }),
		method("asApproximateFloat", cel.DoubleType, cel.DoubleType, func(v ref.Val) ref.Val { return v }),
	}
}

func method(name string, on, gives *cel.Type, fn func(ref.Val) ref.Val) cel.EnvOption {
	return cel.Function(name, cel.MemberOverload("kube_"+name, []*cel.Type{on}, gives, cel.UnaryBinding(fn)))
}

func of(name string, gives *cel.Type, fn func(string) ref.Val) cel.EnvOption {
	return cel.Function(name, cel.Overload("kube_"+name, []*cel.Type{cel.StringType}, gives,
		cel.UnaryBinding(func(v ref.Val) ref.Val { return fn(string(v.(types.String))) })))
}

func part(name string, fn func(*url.URL) string) cel.EnvOption {
	return method(name, cel.StringType, cel.StringType, func(v ref.Val) ref.Val {
		u, err := parseURL(string(v.(types.String)))
		if err != nil {
			return types.NewErr("%v", err)
		}
		return types.String(fn(u))
	})
}

func compare(name string, fn func(a, b float64) bool) cel.EnvOption {
	return cel.Function(name, cel.MemberOverload("quantity_"+name, []*cel.Type{cel.DoubleType, cel.DoubleType}, cel.BoolType,
		cel.BinaryBinding(func(a, b ref.Val) ref.Val {
			return types.Bool(fn(float64(a.(types.Double)), float64(b.(types.Double))))
		})))
}

// parseURL takes what Kubernetes takes for a URL: one with a scheme or a path
// from the root.
func parseURL(s string) (*url.URL, error) { return url.ParseRequestURI(s) }

func items(v ref.Val) []ref.Val {
	var all []ref.Val
	for it := v.(traits.Lister).Iterator(); it.HasNext() == types.True; {
		all = append(all, it.Next())
	}
	return all
}

func isSorted(v ref.Val) ref.Val {
	all := items(v)
	for i := 1; i < len(all); i++ {
		if c, ok := all[i-1].(traits.Comparer); ok && c.Compare(all[i]) == types.IntOne {
			return types.False
		}
	}
	return types.True
}

func sum(v ref.Val) ref.Val {
	var all ref.Val = types.Int(0)
	for i, x := range items(v) {
		a, ok := x.(traits.Adder)
		if !ok {
			return types.MaybeNoSuchOverloadErr(x)
		}
		if i == 0 {
			all = x
			continue
		}
		all = a.Add(all)
	}
	return all
}

// least gives the first item that is not on the far side of any other.
func least(v, side ref.Val) ref.Val {
	var best ref.Val = types.NewErr("the list is empty")
	for i, x := range items(v) {
		c, ok := x.(traits.Comparer)
		if !ok {
			return types.MaybeNoSuchOverloadErr(x)
		}
		if i == 0 || c.Compare(best) == side {
			best = x
		}
	}
	return best
}

func indexOf(last bool) func(list, item ref.Val) ref.Val {
	return func(list, item ref.Val) ref.Val {
		at := -1
		for i, x := range items(list) {
			if x.Equal(item) == types.True && (at < 0 || last) {
				at = i
			}
		}
		return types.Int(at)
	}
}

func find(text, pattern ref.Val) ref.Val {
	re, err := regexp.Compile(string(pattern.(types.String)))
	if err != nil {
		return types.NewErr("%v", err)
	}
	return types.String(re.FindString(string(text.(types.String))))
}

func findAll(text, pattern ref.Val) ref.Val {
	re, err := regexp.Compile(string(pattern.(types.String)))
	if err != nil {
		return types.NewErr("%v", err)
	}
	return types.DefaultTypeAdapter.NativeToValue(re.FindAllString(string(text.(types.String)), -1))
}

var (
	number = lazyregexp.New(`^([+-]?(?:\d+\.?\d*|\.\d+))(?:([KMGTPE]i|[numkMGTPE])|[eE]([+-]?\d+))?$`)
	units  = map[string]float64{"": 1, "n": 1e-9, "u": 1e-6, "m": 1e-3, "k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12, "P": 1e15, "E": 1e18,
		"Ki": 1 << 10, "Mi": 1 << 20, "Gi": 1 << 30, "Ti": 1 << 40, "Pi": 1 << 50, "Ei": 1 << 60}
)

// quantity reads 500m, 1Gi and 12e3.
func quantity(s string) (float64, bool) {
	m := number.FindStringSubmatch(strings.TrimSpace(s))
	if m == nil {
		return 0, false
	}
	text := m[1]
	if m[3] != "" {
		text += "e" + m[3]
	}
	f, err := strconv.ParseFloat(text, 64)
	return f * units[m[2]], err == nil
}

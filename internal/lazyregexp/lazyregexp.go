// Package lazyregexp holds regular expressions that are compiled when they are
// first used. The program has some 150 of them and a run needs few: to compile
// all of them took a fifth of the time of `probatum version`.
package lazyregexp

import (
	"regexp"
	"sync"
	"testing"
)

// A Regexp is a regular expression that its first use compiles. Its methods are
// those of regexp.Regexp; it is safe for concurrent use.
type Regexp struct {
	text string
	once sync.Once
	re   *regexp.Regexp
}

// New returns the expression of a text, which is a constant of the program. One
// that is none panics when it is used, and in a test at once.
func New(text string) *Regexp {
	r := &Regexp{text: text}
	if testing.Testing() {
		r.get()
	}
	return r
}

func (r *Regexp) get() *regexp.Regexp {
	r.once.Do(func() { r.re = regexp.MustCompile(r.text) })
	return r.re
}

func (r *Regexp) Match(b []byte) bool {
	return r.get().Match(b)
}

func (r *Regexp) MatchString(s string) bool {
	return r.get().MatchString(s)
}

func (r *Regexp) Find(b []byte) []byte {
	return r.get().Find(b)
}

func (r *Regexp) FindString(s string) string {
	return r.get().FindString(s)
}

func (r *Regexp) FindStringIndex(s string) []int {
	return r.get().FindStringIndex(s)
}

func (r *Regexp) FindStringSubmatch(s string) []string {
	return r.get().FindStringSubmatch(s)
}

func (r *Regexp) FindStringSubmatchIndex(s string) []int {
	return r.get().FindStringSubmatchIndex(s)
}

func (r *Regexp) FindSubmatch(b []byte) [][]byte {
	return r.get().FindSubmatch(b)
}

func (r *Regexp) FindSubmatchIndex(b []byte) []int {
	return r.get().FindSubmatchIndex(b)
}

func (r *Regexp) FindAllString(s string, n int) []string {
	return r.get().FindAllString(s, n)
}

func (r *Regexp) FindAllStringIndex(s string, n int) [][]int {
	return r.get().FindAllStringIndex(s, n)
}

func (r *Regexp) FindAllIndex(b []byte, n int) [][]int {
	return r.get().FindAllIndex(b, n)
}

func (r *Regexp) FindAllStringSubmatch(s string, n int) [][]string {
	return r.get().FindAllStringSubmatch(s, n)
}

func (r *Regexp) FindAllStringSubmatchIndex(s string, n int) [][]int {
	return r.get().FindAllStringSubmatchIndex(s, n)
}

func (r *Regexp) FindAllSubmatch(b []byte, n int) [][][]byte {
	return r.get().FindAllSubmatch(b, n)
}

func (r *Regexp) ReplaceAllString(src, repl string) string {
	return r.get().ReplaceAllString(src, repl)
}

func (r *Regexp) ReplaceAll(src, repl []byte) []byte {
	return r.get().ReplaceAll(src, repl)
}

func (r *Regexp) ReplaceAllStringFunc(src string, repl func(string) string) string {
	return r.get().ReplaceAllStringFunc(src, repl)
}

func (r *Regexp) Split(s string, n int) []string {
	return r.get().Split(s, n)
}

package theme

import (
	"path"

	"github.com/tdewolff/minify/v2"
	"github.com/tdewolff/minify/v2/css"
	"github.com/tdewolff/minify/v2/js"
)

// minified is a script or a style sheet without comments and what else only
// people need. Other files, and one that it cannot read, stay as they are.
func minified(name string, data []byte) []byte {
	m := minify.New()
	m.AddFunc(".js", js.Minify)
	m.AddFunc(".css", css.Minify)
	if short, err := m.Bytes(path.Ext(name), data); err == nil {
		return short
	}
	return data
}

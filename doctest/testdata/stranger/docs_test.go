package stranger

import (
	"testing"

	"github.com/probatum/probatum/doctest"
)

func TestDocs(t *testing.T) {
	doctest.Run(t, doctest.Params{Content: "docs"})
}

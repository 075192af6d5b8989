package prove

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io/fs"
	"path"

	"github.com/probatum/probatum/internal/check"
	"github.com/probatum/probatum/internal/source"
)

// hashed is all of a plan that its verdicts rest on, wherever it is run. What
// the configuration and included files give to it is in its items.
type hashed struct {
	File, Skip, Kubernetes string
	Setup                  []string // the scripts themselves
	Blocks                 []hashedBlock
}

type hashedBlock struct {
	Pos   source.Pos
	Lang  string
	Text  string
	Attrs any
	Item  check.Item
}

// hash is the SHA-256 of a plan, in hex: the Hash of its page in results.
func (p *Proof) hash(plan *check.Plan) string {
	h := hashed{File: plan.Page.File.Name, Skip: plan.Skip, Kubernetes: plan.Page.Matter.Check.Kubernetes}
	for _, name := range plan.Setup {
		text, err := fs.ReadFile(p.root, path.Join(p.Project.Config.Check.Scripts, name+".txtar"))
		if err != nil {
			text = []byte(err.Error()) // it is missing, and the run says so
		}
		h.Setup = append(h.Setup, name, string(text))
	}
	for i := range plan.Items {
		it := plan.Items[i]
		b := it.Block
		it.Block = nil
		h.Blocks = append(h.Blocks, hashedBlock{b.Pos, b.Lang, b.Text, b.Attrs, it})
	}
	text, err := json.Marshal(h)
	if err != nil {
		return "" // cannot be: there is nothing in it that JSON does not have
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

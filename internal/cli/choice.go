package cli

import (
	"flag"
	"fmt"
	"strconv"
	"strings"

	"github.com/probatum/probatum/internal/git"
	"github.com/probatum/probatum/internal/prove"
)

// A choice is which of the named pages are checked.
type choice struct {
	pages         []string // more names
	failFast      *bool
	changed, part *string
	shard, of     int // 0 all
}

func choiceFlags(fs *flag.FlagSet) *choice {
	c := &choice{changed: fs.String("changed", "", ""), part: fs.String("shard", "", ""), failFast: fs.Bool("fail-fast", false, "")}
	fs.Func("page", "", func(name string) error {
		c.pages = append(c.pages, name)
		return nil
	})
	return c
}

// usable reads the values of the flags.
func (c *choice) usable() error {
	if *c.part == "" {
		return nil
	}
	i, n, ok := strings.Cut(*c.part, "/")
	var err, err2 error
	c.shard, err = strconv.Atoi(i)
	c.of, err2 = strconv.Atoi(n)
	if !ok || err != nil || err2 != nil || c.shard < 1 || c.of < c.shard {
		return &usageError{fmt.Sprintf("check: -shard %s is no part of the pages", *c.part), "write it as -shard 2/5: the second of five parts"}
	}
	return nil
}

// choose leaves the chosen pages.
func (c *choice) choose(s *session, proof *prove.Proof, fs *flag.FlagSet) error {
	if *c.changed != "" {
		files, err := s.folder().Changed(s.ctx, *c.changed)
		if err != nil {
			return err
		}
		proof.KeepChanged(files, reading(fs, false).Name())
		if len(proof.Plans) == 0 {
			fmt.Fprintf(s.stderr, "probatum: no page has changed since %s\n", *c.changed)
		}
	}
	if c.of > 0 {
		if len(proof.Plans) > 0 && c.of > len(proof.Plans) {
			fmt.Fprintf(s.stderr, "probatum: %s for %d shards: some have nothing to do\n", count(len(proof.Plans), "page"), c.of)
		}
		proof.KeepShard(c.shard, c.of)
	}
	return nil
}

// folder is the working folder for git.
func (s *session) folder() git.Folder {
	return git.Folder{Dir: s.env.Dir, Environ: s.env.Cluster.Environ}
}

// repository is what git says of the working folder; it is asked once.
func (s *session) repository() git.State {
	if s.git == nil {
		state := s.folder().State(s.ctx)
		s.git = &state
	}
	return *s.git
}

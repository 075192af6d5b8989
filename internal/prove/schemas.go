package prove

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/probatum/probatum/internal/config"
	"github.com/probatum/probatum/internal/schema"
)

// schemas gives what the project says that its manifests are held against; nil
// where it says nothing.
func schemas(ctx context.Context, root fs.FS, c config.Check) (*schema.Set, error) {
	if len(c.CRDs)+len(c.Kubernetes)+len(c.OpenAPI) == 0 {
		return nil, nil
	}
	files, err := schema.Files(root, c.CRDs)
	if err != nil {
		return nil, fmt.Errorf("check.crds: %w", err)
	}
	s, err := schema.New(c.Kubernetes, files)
	if err != nil {
		return nil, fmt.Errorf("check.kubernetes: %w", err)
	}
	if len(c.OpenAPI) == 0 {
		return s, nil
	}
	docs := map[string][]byte{}
	for _, name := range c.OpenAPI {
		more, err := openAPI(ctx, root, name)
		if err != nil {
			return nil, fmt.Errorf("check.openapi: %w", err)
		}
		maps.Copy(docs, more)
	}
	if s, err = s.Served(docs); err != nil {
		return nil, fmt.Errorf("check.openapi: %w", err)
	}
	return s, nil
}

// openAPI reads documents from a file, a folder or an address.
func openAPI(ctx context.Context, root fs.FS, name string) (map[string][]byte, error) {
	switch {
	case strings.HasPrefix(name, "http://"), strings.HasPrefix(name, "https://"):
		return fetch(ctx, name)
	case filepath.IsAbs(name):
		root, name = os.DirFS(filepath.Dir(name)), filepath.Base(name)
	}
	return schema.Files(root, []string{path.Clean(filepath.ToSlash(name))})
}

// Limits of what an address may answer.
const (
	fetchTime = 30 * time.Second
	fetchSize = 64 << 20
)

// fetch gets the document at an address. The index of version 3 stands for all
// that it lists.
func fetch(ctx context.Context, address string) (map[string][]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, fetchTime)
	defer cancel()
	text, err := get(ctx, address)
	if err != nil {
		return nil, err
	}
	var index struct {
		Paths map[string]struct{ ServerRelativeURL string }
	}
	if json.Unmarshal(text, &index) != nil {
		return map[string][]byte{address: text}, nil
	}
	base, err := url.Parse(address)
	if err != nil {
		return nil, err
	}
	docs := map[string][]byte{}
	for _, p := range slices.Sorted(maps.Keys(index.Paths)) {
		to, err := base.Parse(index.Paths[p].ServerRelativeURL)
		if err != nil || index.Paths[p].ServerRelativeURL == "" || !strings.HasPrefix(p, "api") || strings.Count(p, "/") == 0 {
			continue
		}
		if docs[p], err = get(ctx, to.String()); err != nil {
			return nil, err
		}
	}
	if len(docs) == 0 {
		docs[address] = text
	}
	return docs, nil
}

func get(ctx context.Context, address string) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("get %s: %s", address, resp.Status)
	}
	text, err := io.ReadAll(io.LimitReader(resp.Body, fetchSize+1))
	if err == nil && len(text) > fetchSize {
		err = fmt.Errorf("get %s: more than %d MB", address, fetchSize>>20)
	}
	return text, err
}

package cluster

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// newKindName makes a name that no other cluster has.
func newKindName() string { return "probatum-" + strings.ToLower(rand.Text())[:6] }

// A KindCluster is a cluster of kind's that probatum has made.
type KindCluster struct {
	Name       string
	Kubernetes string // "" where it was never finished
	Kubeconfig string
	Started    time.Time
	Keep       bool // it was meant to stay
	InUse      bool // by another process
}

// Left reports whether a process that was killed has left the cluster.
func (k KindCluster) Left() bool { return !k.Keep && !k.InUse }

// ListKind gives the clusters that probatum has made and that are there, by name.
// It goes by its own records: nothing has to run for it.
func ListKind(env Env) ([]KindCluster, error) {
	entries, err := os.ReadDir(kindDir(env))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("list the clusters: %w", err)
	}
	var found []KindCluster
	for _, e := range entries {
		dir := filepath.Join(kindDir(env), e.Name())
		state, ok := readKindState(dir)
		if !ok {
			continue
		}
		held, got, err := lockRecord(dir)
		if err != nil {
			return nil, fmt.Errorf("list the clusters: %w", err)
		}
		if got {
			held.Close()
		}
		found = append(found, KindCluster{
			Name: e.Name(), Kubernetes: state.Kubernetes, Kubeconfig: filepath.Join(dir, "kubeconfig"),
			Started: state.Started, Keep: state.Keep, InUse: !got,
		})
	}
	return found, nil
}

// DeleteKind deletes a cluster that probatum has made. It refuses any other, and
// one that is in use.
func DeleteKind(ctx context.Context, env Env, name string) error {
	list, err := ListKind(env)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(list, func(k KindCluster) bool { return k.Name == name })
	switch {
	case i < 0:
		return fmt.Errorf("probatum has made no cluster %s", name)
	case list[i].InUse:
		return fmt.Errorf("the cluster %s is in use by another process", name)
	}
	k, err := newKind(ctx, env, KindOptions{Name: name})
	if err != nil {
		return err
	}
	defer k.held.Close()
	return k.delete()
}

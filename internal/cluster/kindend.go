package cluster

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// stop deletes the cluster, or leaves it where it is to be kept.
func (k *kind) stop() error {
	defer k.held.Close()
	if k.state.Keep {
		if k.o.Kept != nil {
			k.o.Kept(k.name, k.kubeconfig())
		}
		return nil
	}
	return k.delete()
}

// delete deletes the cluster and its record. It does so also after Ctrl-C.
func (k *kind) delete() error {
	ctx, cancel := context.WithTimeout(context.Background(), deleteLimit)
	defer cancel()
	k.say("delete the cluster " + k.name)
	if k.engineName() == "nerdctl" {
		k.removeNodes(ctx)
	}
	if _, err := k.kind.run(ctx, "delete", "cluster", "--name", k.name, "--kubeconfig", k.kubeconfig()); err != nil {
		why := kindReason(err)
		if stopped := k.engineEnded(); stopped != nil {
			why = stopped.Error()
		}
		return fmt.Errorf("delete the cluster %s: %s; when it can be deleted, run: probatum cluster delete %s", k.name, why, k.name)
	}
	return os.RemoveAll(k.dir)
}

// removeNodes removes the containers of a cluster. With nerdctl, kind gives each ten
// seconds to stop, and cannot delete one that has stopped. What is left is for kind
// to tell.
func (k *kind) removeNodes(ctx context.Context) {
	out, err := k.kind.run(ctx, "get", "nodes", "--name", k.name)
	if nodes := strings.Fields(out); err == nil && len(nodes) > 0 {
		k.engine.run(ctx, append([]string{"rm", "-f", "-v"}, nodes...)...)
	}
}

// failed deletes what there is of a cluster that did not come up. The logs of its
// nodes are kept.
func (k *kind) failed(ctx context.Context, cause error) error {
	if taken.MatchString(cause.Error()) { // since we have looked: it is not ours to delete
		os.RemoveAll(k.dir)
		return k.explain("", cause)
	}
	logs := ""
	if ctx.Err() == nil && !hasHint(cause) {
		if ended := k.engineEnded(); ended != nil {
			cause = fmt.Errorf("the cluster %s cannot be made: %w", k.name, ended)
		} else {
			logs = k.logs()
		}
	}
	if ctx.Err() != nil {
		return errors.Join(ctx.Err(), k.deleteLate())
	}
	if err := k.delete(); err != nil {
		return errors.Join(k.explain(logs, cause), err)
	}
	return k.explain(logs, cause)
}

// engineEnded says that what runs containers does not run any more; nil it does.
func (k *kind) engineEnded() error {
	ctx, cancel := context.WithTimeout(context.Background(), engineLimit)
	defer cancel()
	if _, err := k.engine.run(ctx, "info"); err == nil {
		return nil
	}
	return &kindError{text: k.engineName() + " does not run any more", hint: "start it and try again"}
}

// late is how long the engine may take to start a container that kind has asked for
// before it was ended.
const late = time.Second

// deleteLate deletes a cluster whose making was cancelled: what appears only now,
// too.
func (k *kind) deleteLate() error {
	ctx, cancel := context.WithTimeout(context.Background(), deleteLimit)
	defer cancel()
	for {
		if err := k.delete(); err != nil {
			return err
		}
		pause(ctx, late)
		if node, err := k.node(ctx); err != nil || node == "" {
			return nil
		}
	}
}

// logs exports the logs of the nodes to a folder of their own; "" where there are
// none.
func (k *kind) logs() string {
	ctx, cancel := context.WithTimeout(context.Background(), deleteLimit)
	defer cancel()
	if nodes, err := k.node(ctx); err != nil || nodes == "" {
		return ""
	}
	dir := filepath.Join(k.env.dir(), "logs", k.name)
	os.RemoveAll(dir)
	if _, err := k.kind.run(ctx, "export", "logs", dir, "--name", k.name); err != nil {
		return ""
	}
	return dir
}

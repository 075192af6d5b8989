package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	internalapi "k8s.io/cri-api/pkg/apis"
	runtime "k8s.io/cri-api/pkg/apis/runtime/v1"
	remote "k8s.io/cri-client/pkg"
)

const (
	criSocket = "unix:///run/containerd/containerd.sock"
	criLimit  = 10 * time.Second
)

const crictlUsage = `usage: crictl images | inspecti IMAGE | pods | ps

What kind and people ask of a node. The real crictl is not a Go module that can
be had from the module proxy.
`

// crictl is the few commands of the real one that are needed here.
func crictl() int {
	ctx, cancel := context.WithTimeout(context.Background(), criLimit)
	defer cancel()
	var err error
	switch args := os.Args[1:]; {
	case len(args) > 0 && (args[0] == "images" || args[0] == "image"):
		err = withImages(func(s internalapi.ImageManagerService) error { return images(ctx, s, os.Stdout) })
	case len(args) > 1 && args[0] == "inspecti":
		err = withImages(func(s internalapi.ImageManagerService) error {
			return inspect(ctx, s, os.Stdout, args[len(args)-1])
		})
	case len(args) > 0 && args[0] == "pods":
		err = withRuntime(func(s internalapi.RuntimeService) error { return pods(ctx, s, os.Stdout) })
	case len(args) > 0 && args[0] == "ps":
		err = withRuntime(func(s internalapi.RuntimeService) error { return containers(ctx, s, os.Stdout) })
	default:
		fmt.Fprint(os.Stderr, crictlUsage)
		return 2
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "crictl:", err)
		return 1
	}
	return 0
}

func withImages(do func(internalapi.ImageManagerService) error) error {
	s, err := remote.NewRemoteImageService(criSocket, criLimit, nil, nil)
	if err != nil {
		return err
	}
	return do(s)
}

func withRuntime(do func(internalapi.RuntimeService) error) error {
	s, err := remote.NewRemoteRuntimeService(criSocket, criLimit, nil, nil)
	if err != nil {
		return err
	}
	return do(s)
}

func images(ctx context.Context, s internalapi.ImageManagerService, w io.Writer) error {
	list, err := s.ListImages(ctx, nil)
	if err != nil {
		return err
	}
	return table(w, "IMAGE\tIMAGE ID\tSIZE", func(row func(...string)) {
		for _, i := range list {
			for _, tag := range i.RepoTags {
				row(tag, short(i.Id), strconv.FormatUint(imageSize(i), 10))
			}
		}
	})
}

// inspect prints what kind reads: the id says whether a node has an image.
func inspect(ctx context.Context, s internalapi.ImageManagerService, w io.Writer, name string) error {
	answer, err := s.ImageStatus(ctx, &runtime.ImageSpec{Image: name}, false)
	if err != nil {
		return err
	}
	i := answer.GetImage()
	if i == nil {
		return fmt.Errorf("no such image %q present", name)
	}
	out := json.NewEncoder(w)
	out.SetIndent("", "  ")
	return out.Encode(map[string]any{"status": map[string]any{
		"id": i.Id, "repoTags": i.RepoTags, "repoDigests": i.RepoDigests, "size": strconv.FormatUint(imageSize(i), 10),
	}})
}

func pods(ctx context.Context, s internalapi.RuntimeService, w io.Writer) error {
	list, err := s.ListPodSandbox(ctx, nil)
	if err != nil {
		return err
	}
	return table(w, "POD ID\tSTATE\tNAMESPACE\tNAME", func(row func(...string)) {
		for _, p := range list {
			row(short(p.Id), strings.TrimPrefix(p.State.String(), "SANDBOX_"), p.Metadata.Namespace, p.Metadata.Name)
		}
	})
}

func containers(ctx context.Context, s internalapi.RuntimeService, w io.Writer) error {
	list, err := s.ListContainers(ctx, nil)
	if err != nil {
		return err
	}
	return table(w, "CONTAINER\tSTATE\tATTEMPT\tNAME\tPOD ID", func(row func(...string)) {
		for _, c := range list {
			row(short(c.Id), strings.TrimPrefix(c.State.String(), "CONTAINER_"), strconv.Itoa(int(c.Metadata.Attempt)), c.Metadata.Name, short(c.PodSandboxId))
		}
	})
}

func table(w io.Writer, head string, rows func(row func(...string))) error {
	tw := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	fmt.Fprintln(tw, head)
	rows(func(cells ...string) { fmt.Fprintln(tw, strings.Join(cells, "\t")) })
	return tw.Flush()
}

func short(id string) string {
	id = strings.TrimPrefix(id, "sha256:")
	return id[:min(13, len(id))]
}

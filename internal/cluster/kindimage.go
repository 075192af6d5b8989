package cluster

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/probatum/probatum/internal/lazyregexp"
	"github.com/probatum/probatum/internal/versions"
)

// nodeImages are the images that were built for this version of kind, newest
// first: https://github.com/kubernetes-sigs/kind/releases/tag/v0.33.0.
var nodeImages = []string{
	"kindest/node:v1.37.0@sha256:a1ed56cfb0e7b93589bdf97c8cd566405a265939e3620fc4f5de89adff580ae5",
	"kindest/node:v1.36.4@sha256:099e049362a1526b2db71494e1947aae99bd16290d7c895f2b7ea312e3cbfaed",
	"kindest/node:v1.35.8@sha256:07b2536e30b803ed61d1677a79df6115f798ce64c80f9e22f6ed45afd09323c0",
	"kindest/node:v1.34.11@sha256:44e222ee2132dab25ff87301682f89eb82c7880ea3a1bf543bfe9708fd08d67d",
}

// kindImage is the repository of kind's own images.
const kindImage = "kindest/node"

// builtImage is the repository of the images that cluster/node builds.
const builtImage = "probatum.local/node"

// image chooses the image of the nodes: what was asked for; else one that was
// built here; else kind's own. "" leaves the choice to kind.
func (k *kind) image(ctx context.Context) (string, error) {
	version := k.o.Kubernetes
	if k.o.Image != "" {
		return k.o.Image, nil
	}
	if image := k.env.getenv("PROBATUM_NODE_IMAGE"); image != "" && version == "" {
		return image, nil
	}
	wanted, err := versions.Parse(version)
	if err != nil {
		return "", err
	}
	built, err := k.built(ctx, wanted)
	if built != "" || err != nil {
		return built, err
	}
	if version == "" {
		return "", nil
	}
	for _, image := range nodeImages {
		tag, _, _ := strings.Cut(strings.TrimPrefix(image, kindImage+":"), "@")
		if wanted.Has(tag) {
			return image, nil
		}
	}
	if whole.MatchString(version) {
		return kindImage + ":v" + strings.TrimPrefix(version, "v"), nil
	}
	return "", &NoNodeError{kindError{text: fmt.Sprintf("no cluster of Kubernetes %s can be made: kind %s has no node image for it", version, kindVersion),
		hint: "name a whole version such as 1.33.7, for which " + kindImage + " has an image, or the image itself with $PROBATUM_NODE_IMAGE"}}
}

// built is the newest image in the range that was built here, "" none.
func (k *kind) built(ctx context.Context, wanted versions.Range) (string, error) {
	// All images: nerdctl takes a name without a tag for one with latest.
	out, err := k.engine.run(ctx, "image", "ls", "--format", "{{.Repository}}:{{.Tag}}")
	if err != nil && !exited(err) {
		return "", err
	}
	images := slices.DeleteFunc(strings.Fields(out), func(image string) bool {
		tag, ours := strings.CutPrefix(image, builtImage+":")
		return !ours || strings.Contains(tag, "-") || !wanted.Has(tag)
	})
	if len(images) == 0 {
		return "", nil
	}
	return slices.Max(images), nil
}

// A NoNodeError says that there is no image for the nodes of a cluster.
type NoNodeError struct{ kindError }

// whole is a version that can be part of the name of an image.
var whole = lazyregexp.New(`^v?\d+\.\d+\.\d+$`)

package cluster

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// nodeImages are the images that were built for this version of kind, newest
// first: https://github.com/kubernetes-sigs/kind/releases/tag/v0.33.0.
var nodeImages = []string{
	"kindest/node:v1.37.0@sha256:a1ed56cfb0e7b93589bdf97c8cd566405a265939e3620fc4f5de89adff580ae5",
	"kindest/node:v1.36.4@sha256:099e049362a1526b2db71494e1947aae99bd16290d7c895f2b7ea312e3cbfaed",
	"kindest/node:v1.35.8@sha256:07b2536e30b803ed61d1677a79df6115f798ce64c80f9e22f6ed45afd09323c0",
	"kindest/node:v1.34.11@sha256:44e222ee2132dab25ff87301682f89eb82c7880ea3a1bf543bfe9708fd08d67d",
}

// builtImage is the repository of the images that cluster/node builds.
const builtImage = "probatum.local/node"

// image chooses the image of the nodes: what was asked for; else one that was
// built here; else kind's own. "" leaves the choice to kind.
func (k *kind) image(ctx context.Context) (string, error) {
	if k.o.Image != "" {
		return k.o.Image, nil
	}
	version := strings.TrimPrefix(k.o.Kubernetes, "v")
	if image := k.env.getenv("PROBATUM_NODE_IMAGE"); image != "" && version == "" {
		return image, nil
	}
	out, err := k.engine.run(ctx, "image", "ls", "--format", "{{.Tag}}", builtImage)
	if err != nil && !exited(err) {
		return "", err
	}
	built := slices.DeleteFunc(strings.Fields(out), func(tag string) bool {
		return strings.Contains(tag, "-") || !isVersion(tag, version)
	})
	if len(built) > 0 {
		return builtImage + ":" + slices.Max(built), nil
	}
	if version == "" {
		return "", nil
	}
	for _, image := range nodeImages {
		tag, _, _ := strings.Cut(strings.TrimPrefix(image, "kindest/node:"), "@")
		if isVersion(tag, version) {
			return image, nil
		}
	}
	if strings.Count(version, ".") == 2 {
		return "kindest/node:v" + version, nil
	}
	return "", &kindError{text: fmt.Sprintf("there is no node image for Kubernetes %s", version),
		hint: "name a whole version such as 1.33.7, for which kindest/node has an image, or the image itself with $PROBATUM_NODE_IMAGE"}
}

// isVersion reports whether a tag such as v1.34.4 is of a version such as 1.34.
func isVersion(tag, version string) bool {
	tag = strings.TrimPrefix(tag, "v")
	return version == "" || tag == version || strings.HasPrefix(tag, version+".")
}

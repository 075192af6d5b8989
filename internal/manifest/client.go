package manifest

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// ClientConfig reports whether a program reads the manifest and no API server
// serves its kind: a kind or kubeadm configuration, a kubeconfig. Extra names
// more of them, as "GROUP" or "GROUP KIND".
func ClientConfig(apiVersion, kind string, extra []string) bool {
	group, _, ok := strings.Cut(apiVersion, "/")
	if !ok {
		return apiVersion == "v1" && kind == "Config"
	}
	is := func(name string) bool { return name == group || name == group+" "+kind }
	return slices.ContainsFunc(clientGroups, is) || slices.ContainsFunc(extra, is)
}

var clientGroups = []string{
	"admission.config.k8s.io",
	"apiserver.config.k8s.io",
	"apiserver.k8s.io",
	"audit.k8s.io",
	"client.authentication.k8s.io",
	"componentconfig",
	"controlplane.config.k8s.io",
	"credentialprovider.kubelet.k8s.io",
	"eksctl.io",
	"eventratelimit.admission.k8s.io",
	"imagepolicy.k8s.io",
	"install.istio.io",
	"k3d.io",
	"kind.sigs.k8s.io",
	"kind.x-k8s.io",
	"kubeadm.k8s.io",
	"kubecontrollermanager.config.k8s.io",
	"kubelet.config.k8s.io",
	"kubeproxy.config.k8s.io",
	"kubescheduler.config.k8s.io",
	"kustomize.config.k8s.io",
	"pod-security.admission.config.k8s.io",
	"podnodeselector.admission.k8s.io",
	"resourcequota.admission.k8s.io",
	"skaffold",
	"webhookadmission.config.k8s.io",
}

// Removals lists the documents, and the items of Lists in them, whose API is
// gone, at the place of their apiVersion key. Newer reports whether a removal
// came after every release that the page is written for; nil
// stands for no.
func (f *File) Removals(newer func(API) bool) []Problem {
	var ps []Problem
	for i := range f.Docs {
		d := &f.Docs[i]
		d.objects(d.Root, func(n *yaml.Node) {
			v, key := Field(n, "apiVersion")
			k, _ := Field(n, "kind")
			if v == nil || k == nil {
				return
			}
			version, kind := unquote(v.Value), unquote(k.Value)
			a, ok := Removed(version, kind)
			if !ok || newer != nil && newer(a) {
				return
			}
			ps = append(ps, Problem{At: d.Offset(key), Other: -1, Rule: "removed-api",
				Message: version + " " + kind + " is gone since " + a.In, Hint: a.Hint()})
		})
	}
	return ps
}

// objects calls fn for a manifest and, where it is a List, for its items.
func (d *Doc) objects(n *yaml.Node, fn func(*yaml.Node)) {
	if n == nil {
		return
	}
	fn(n)
	if items, _ := Field(n, "items"); items != nil && items.Kind == yaml.SequenceNode && strings.HasSuffix(d.Kind, "List") {
		for _, c := range items.Content {
			fn(c)
		}
	}
}

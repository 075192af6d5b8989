package plane

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	apidiscovery "k8s.io/api/apidiscovery/v2"
	"k8s.io/client-go/tools/cache"
)

// viewLimit bounds the wait for an informer. It is an accelerator for the
// passes of a rewind, not what makes them right.
const viewLimit = 2 * time.Second

// Resources gives the names "group/version/resource" that the API server
// serves beyond the core group, sorted, one a line.
func (p *Plane) Resources(ctx context.Context) (string, error) {
	body, err := p.Client.Discovery().RESTClient().Get().AbsPath("/apis").
		SetHeader("Accept", "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList").DoRaw(ctx)
	if err != nil {
		return "", fmt.Errorf("read discovery: %w", err)
	}
	var groups apidiscovery.APIGroupDiscoveryList
	if err := json.Unmarshal(body, &groups); err != nil {
		return "", fmt.Errorf("read discovery: %w", err)
	}
	var names []string
	for _, g := range groups.Items {
		for _, v := range g.Versions {
			names = append(names, g.Name+"/"+v.Version)
			for _, r := range v.Resources {
				names = append(names, g.Name+"/"+v.Version+"/"+r.Resource)
			}
		}
	}
	slices.Sort(names)
	return strings.Join(names, "\n"), nil
}

// WaitSeen waits until the API server's own view of the resources, which its
// admission and authorization go by, has reached a revision of the store.
// Resources are named as in the store ("clusterroles"); those that the server
// keeps no such view of are passed over.
func (p *Plane) WaitSeen(ctx context.Context, resources []string, revision int64) {
	ctx, cancel := context.WithTimeout(ctx, viewLimit)
	defer cancel()
	for _, r := range resources {
		view := p.view(r)
		for view != nil && !reached(view, revision) {
			select {
			case <-ctx.Done():
				return
			case <-time.After(2 * time.Millisecond):
			}
		}
	}
}

func (p *Plane) view(resource string) cache.SharedIndexInformer {
	switch resource {
	case "namespaces":
		return p.views.Core().V1().Namespaces().Informer()
	case "serviceaccounts":
		return p.views.Core().V1().ServiceAccounts().Informer()
	case "resourcequotas":
		return p.views.Core().V1().ResourceQuotas().Informer()
	case "limitranges":
		return p.views.Core().V1().LimitRanges().Informer()
	case "roles":
		return p.views.Rbac().V1().Roles().Informer()
	case "rolebindings":
		return p.views.Rbac().V1().RoleBindings().Informer()
	case "clusterroles":
		return p.views.Rbac().V1().ClusterRoles().Informer()
	case "clusterrolebindings":
		return p.views.Rbac().V1().ClusterRoleBindings().Informer()
	case "mutatingwebhookconfigurations":
		return p.views.Admissionregistration().V1().MutatingWebhookConfigurations().Informer()
	case "validatingwebhookconfigurations":
		return p.views.Admissionregistration().V1().ValidatingWebhookConfigurations().Informer()
	}
	return nil
}

func reached(view cache.SharedIndexInformer, revision int64) bool {
	seen, err := strconv.ParseInt(view.LastSyncResourceVersion(), 10, 64)
	return err == nil && seen >= revision
}

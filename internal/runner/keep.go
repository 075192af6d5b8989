package runner

import "path/filepath"

// A Kept is what stays of a page that failed, for somebody to look at it.
type Kept struct {
	Page string // its file
	Dir  string // the working folder of its commands
	// Kubeconfig is the page's own; "" there is no cluster. Bin is a folder for
	// PATH; "" none.
	Kubeconfig, Bin string
	Folder          string // to remove when it is done with; Dir is in it
}

// keeps reports whether the page has failed and is to be left as it is.
func (p *pageRun) keeps() bool {
	if p.r.o.Kept == nil || p.r.kept != nil {
		return p.r.kept != nil
	}
	pg := p.report()
	return p.r.failure(&pg) != ""
}

// keep leaves the page as it is.
func (p *pageRun) keep() {
	k := &Kept{Page: p.plan.Page.File.Name, Dir: filepath.Join(p.dir, "work"), Folder: p.r.dir}
	if c := p.r.o.Cluster; c != nil {
		k.Kubeconfig, k.Bin = filepath.Join(p.dir, "home", ".kube", "config"), c.Bin
	}
	p.r.kept = k
}

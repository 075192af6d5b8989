// Command coredns is CoreDNS with the plugins that kubeadm's configuration
// names. Its forward answers that a name does not exist: a test cluster asks
// nobody outside, and a resolver that cannot be reached would cost every foreign
// name five seconds.
package main

import (
	"context"

	"github.com/coredns/caddy"
	"github.com/coredns/coredns/core/dnsserver"
	"github.com/coredns/coredns/coremain"
	"github.com/coredns/coredns/plugin"
	"github.com/miekg/dns"

	_ "github.com/coredns/coredns/plugin/cache"
	_ "github.com/coredns/coredns/plugin/errors"
	_ "github.com/coredns/coredns/plugin/health"
	_ "github.com/coredns/coredns/plugin/kubernetes"
	_ "github.com/coredns/coredns/plugin/loadbalance"
	_ "github.com/coredns/coredns/plugin/loop"
	_ "github.com/coredns/coredns/plugin/metrics"
	_ "github.com/coredns/coredns/plugin/ready"
	_ "github.com/coredns/coredns/plugin/reload"
)

func main() {
	plugin.Register("forward", setup)
	coremain.Run()
}

// setup reads past the arguments of forward: where to would have been asked does
// not matter.
func setup(c *caddy.Controller) error {
	for c.Next() {
		c.RemainingArgs()
		for c.NextBlock() {
			c.RemainingArgs()
		}
	}
	dnsserver.GetConfig(c).AddPlugin(func(plugin.Handler) plugin.Handler { return nowhere{} })
	return nil
}

// nowhere answers every question with NXDOMAIN.
type nowhere struct{}

func (nowhere) Name() string { return "forward" }

func (nowhere) ServeDNS(_ context.Context, w dns.ResponseWriter, r *dns.Msg) (int, error) {
	answer := new(dns.Msg).SetRcode(r, dns.RcodeNameError)
	return dns.RcodeNameError, w.WriteMsg(answer)
}

package plane

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"

	"go.etcd.io/etcd/server/v3/embed"
	"go.etcd.io/etcd/server/v3/storage/wal"
	"go.uber.org/zap"
)

// startEtcd starts an etcd that keeps its data in dir and listens on sockets in
// the folder sockets, whose path must be short. It gives the server and the URL
// for clients.
func startEtcd(ctx context.Context, dir, sockets string) (*embed.Etcd, string, error) {
	wal.SegmentSizeBytes = 2 << 20 // preallocated twice; the default of 64 MB costs time and disk
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, "", err
	}
	cfg := etcdConfig(dir, sockets)
	etcd, err := embed.StartEtcd(cfg)
	if err != nil {
		return nil, "", fmt.Errorf("start etcd: %w", err)
	}
	select {
	case <-etcd.Server.ReadyNotify():
		return etcd, cfg.ListenClientUrls[0].String(), nil
	case err := <-etcd.Err():
		return nil, "", fmt.Errorf("start etcd: %w", err)
	case <-etcd.Server.StopNotify():
		return nil, "", errors.New("start etcd: it stopped")
	case <-ctx.Done():
		return nil, "", ctx.Err()
	}
}

// etcdConfig is a configuration for one member whose data nobody needs after a
// crash of the machine.
func etcdConfig(dir, sockets string) *embed.Config {
	const self = "probatum"
	cfg := embed.NewConfig()
	cfg.Dir, cfg.Name = dir, self
	cfg.ListenClientUrls = []url.URL{{Scheme: "unix", Path: filepath.Join(sockets, "etcd.sock")}}
	cfg.ListenPeerUrls = []url.URL{{Scheme: "unix", Path: filepath.Join(sockets, "peer.sock")}}
	// Advertised addresses have to be host:port. There is one member: nobody dials them.
	cfg.AdvertiseClientUrls = []url.URL{{Scheme: "http", Host: "127.0.0.1:2379"}}
	cfg.AdvertisePeerUrls = []url.URL{{Scheme: "http", Host: "127.0.0.1:2380"}}
	cfg.InitialCluster = self + "=http://127.0.0.1:2380"
	cfg.EnableGRPCGateway = false
	cfg.UnsafeNoFsync = true
	cfg.TickMs, cfg.ElectionMs = 10, 100 // a lone member waits one election before it leads
	cfg.SnapshotCount = 100_000
	// A rewind is one transaction, however much a page has changed.
	cfg.MaxTxnOps, cfg.MaxRequestBytes = 1_000_000, 256<<20
	cfg.LogLevel = "error"
	cfg.ZapLoggerBuilder = embed.NewZapLoggerBuilder(zap.NewNop())
	return cfg
}

package main

import (
	"flag"
	"fmt"
	"strings"
	"time"

	"github.com/cloudwego/kitex/client"
	"github.com/cloudwego/kitex/pkg/loadbalance"
	"github.com/cloudwego/kitex/pkg/loadbalance/lbcache"
	"github.com/cloudwego/kitex/server"
	etcd "github.com/kitex-contrib/registry-etcd"
)

// placeOptions say where servers are: at -addr, or where a registry lists them.
type placeOptions struct {
	addr     string
	registry string // the address of an etcd, as registry-etcd uses it; empty without
	name     string // of the service
}

func (o *placeOptions) register(set *flag.FlagSet) {
	set.StringVar(&o.addr, "addr", "127.0.0.1:8899", "address to listen on, or inherited for standard input, or addresses to call; port 0 lets the server choose")
	set.StringVar(&o.registry, "registry", "", "address of an etcd in which servers register, and in which clients look for them instead of -addr")
	set.StringVar(&o.name, "name", serverName, "name of the service")
}

// listed gives the options of a server that registers itself, if it does.
func (o placeOptions) listed() ([]server.Option, error) {
	if o.registry == "" {
		return nil, nil
	}
	registry, err := etcd.NewEtcdRegistry([]string{o.registry})
	if err != nil {
		return nil, fmt.Errorf("registry: %w", err)
	}
	return []server.Option{server.WithRegistry(registry)}, nil
}

// found gives the options by which clients find servers. They ask the registry again after refresh, or if that
// is 0, when Kitex's clients do.
func (o placeOptions) found(refresh time.Duration) ([]client.Option, error) {
	if o.registry == "" {
		return []client.Option{client.WithHostPorts(strings.Split(o.addr, ",")...)}, nil
	}
	resolver, err := etcd.NewEtcdResolver([]string{o.registry})
	if err != nil {
		return nil, fmt.Errorf("registry: %w", err)
	}
	options := []client.Option{client.WithResolver(resolver)}
	if refresh > 0 {
		cache := &lbcache.Options{RefreshInterval: refresh, Cacheable: true}
		options = append(options, client.WithLoadBalancer(loadbalance.NewWeightedBalancer(), cache))
	}
	return options, nil
}

// Command defaults-classic is the default-options matrix on code generated without -streamx.
package main

import (
	"net"

	"github.com/cloudwego/kitex/server"

	"streamgen/interop/kitex/defaults"
)

func main() {
	defaults.Main(map[string]defaults.Service{
		"calls":     {Serve: serveCalls, Calls: callCalls},
		"streams":   {Serve: serveStreams, Calls: callStreams},
		"callspb":   {Serve: serveCallsPb, Calls: callCallsPb},
		"streamspb": {Serve: serveStreamsPb, Calls: callStreamsPb},
	})
}

// run serves until the process is killed.
func run(make func(options ...server.Option) server.Server, listener net.Listener) error {
	return make(server.WithListener(listener)).Run()
}

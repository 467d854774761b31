package main

import (
	"context"
	"net"

	"github.com/cloudwego/kitex/client"
	"github.com/cloudwego/kitex/server"

	"streamgen/interop/kitex/defaults"
	gen "streamgen/interop/kitex/kitex_gen/streamx/callspb"
	"streamgen/interop/kitex/kitex_gen/streamx/callspb/callspb"
)

type callspbHandler struct{}

func (*callspbHandler) Echo(_ context.Context, req *gen.Text) (*gen.Text, error) {
	return &gen.Text{Text: defaults.Echoed(req.Text)}, nil
}

func serveCallsPb(listener net.Listener) error {
	return run(func(options ...server.Option) server.Server {
		return callspb.NewServer(&callspbHandler{}, options...)
	}, listener)
}

func callCallsPb(addr string, options []client.Option) ([]defaults.Call, error) {
	c, err := callspb.NewClient("callspb", append(options, client.WithHostPorts(addr))...)
	if err != nil {
		return nil, err
	}
	calls := []defaults.Call{
		defaults.Ping(func(ctx context.Context, text string) (string, error) {
			res, err := c.Echo(ctx, &gen.Text{Text: text})
			if err != nil {
				return "", err
			}
			return res.Text, nil
		}),
	}
	return calls, nil
}

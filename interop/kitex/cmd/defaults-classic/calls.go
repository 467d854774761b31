package main

import (
	"context"
	"net"

	"github.com/cloudwego/kitex/client"
	"github.com/cloudwego/kitex/server"

	"streamgen/interop/kitex/defaults"
	gen "streamgen/interop/kitex/kitex_gen/classic/calls"
	"streamgen/interop/kitex/kitex_gen/classic/calls/calls"
)

type callsHandler struct{}

func (*callsHandler) Echo(_ context.Context, req *gen.Text) (*gen.Text, error) {
	return &gen.Text{Text: defaults.Echoed(req.Text)}, nil
}

func serveCalls(listener net.Listener) error {
	return run(func(options ...server.Option) server.Server {
		return calls.NewServer(&callsHandler{}, options...)
	}, listener)
}

func callCalls(addr string, options []client.Option) ([]defaults.Call, error) {
	c, err := calls.NewClient("calls", append(options, client.WithHostPorts(addr))...)
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

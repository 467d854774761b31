package main

import (
	"context"
	"errors"
	"io"
	"net"

	"github.com/cloudwego/kitex/client"
	"github.com/cloudwego/kitex/server"

	"streamgen/interop/kitex/defaults"
	gen "streamgen/interop/kitex/kitex_gen/streamx/streamspb"
	"streamgen/interop/kitex/kitex_gen/streamx/streamspb/streamspb"
)

type streamspbHandler struct{}

func (*streamspbHandler) Echo(_ context.Context, req *gen.Text) (*gen.Text, error) {
	return &gen.Text{Text: defaults.Echoed(req.Text)}, nil
}

func (*streamspbHandler) Client(ctx context.Context, stream gen.StreamsPb_ClientServer) error {
	var texts []string
	for {
		req, err := stream.Recv(ctx)
		if errors.Is(err, io.EOF) {
			return stream.SendAndClose(ctx, &gen.Text{Text: defaults.Got(texts)})
		}
		if err != nil {
			return err
		}
		texts = append(texts, req.Text)
	}
}

func (*streamspbHandler) Server(ctx context.Context, _ *gen.Text, stream gen.StreamsPb_ServerServer) error {
	for _, text := range defaults.Sent {
		if err := stream.Send(ctx, &gen.Text{Text: text}); err != nil {
			return err
		}
	}
	return nil
}

func (*streamspbHandler) Bidi(ctx context.Context, stream gen.StreamsPb_BidiServer) error {
	for {
		req, err := stream.Recv(ctx)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := stream.Send(ctx, &gen.Text{Text: defaults.Echoed(req.Text)}); err != nil {
			return err
		}
	}
}

func serveStreamsPb(listener net.Listener) error {
	return run(func(options ...server.Option) server.Server {
		return streamspb.NewServer(&streamspbHandler{}, options...)
	}, listener)
}

func callStreamsPb(addr string, options []client.Option) ([]defaults.Call, error) {
	c, err := streamspb.NewClient("streamspb", append(options, client.WithHostPorts(addr))...)
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
		defaults.Client(func(ctx context.Context) (string, error) {
			stream, err := c.Client(ctx)
			if err != nil {
				return "", err
			}
			for _, text := range defaults.Sent {
				if err := stream.Send(ctx, &gen.Text{Text: text}); err != nil {
					return "", err
				}
			}
			res, err := stream.CloseAndRecv(ctx)
			if err != nil {
				return "", err
			}
			return res.Text, nil
		}),
		defaults.Server(func(ctx context.Context) ([]string, error) {
			stream, err := c.Server(ctx, &gen.Text{Text: "three"})
			if err != nil {
				return nil, err
			}
			return receiveStreamsPb(func() (*gen.Text, error) { return stream.Recv(ctx) })
		}),
		defaults.Bidi(func(ctx context.Context) ([]string, error) {
			stream, err := c.Bidi(ctx)
			if err != nil {
				return nil, err
			}
			for _, text := range defaults.Sent {
				if err := stream.Send(ctx, &gen.Text{Text: text}); err != nil {
					return nil, err
				}
			}
			if err := stream.CloseSend(ctx); err != nil {
				return nil, err
			}
			return receiveStreamsPb(func() (*gen.Text, error) { return stream.Recv(ctx) })
		}),
	}
	return calls, nil
}

// receiveStreamsPb takes messages to the end of the stream.
func receiveStreamsPb(recv func() (*gen.Text, error)) ([]string, error) {
	var texts []string
	for {
		res, err := recv()
		if errors.Is(err, io.EOF) {
			return texts, nil
		}
		if err != nil {
			return texts, err
		}
		texts = append(texts, res.Text)
	}
}

package main

import (
	"context"
	"errors"
	"io"
	"net"

	"github.com/cloudwego/kitex/client"
	"github.com/cloudwego/kitex/client/streamclient"
	"github.com/cloudwego/kitex/server"

	"streamgen/interop/kitex/defaults"
	gen "streamgen/interop/kitex/kitex_gen/classic/streams"
	"streamgen/interop/kitex/kitex_gen/classic/streams/streams"
	"streamgen/interop/kitex/patience"
)

type streamsHandler struct{}

func (*streamsHandler) Echo(_ context.Context, req *gen.Text) (*gen.Text, error) {
	return &gen.Text{Text: defaults.Echoed(req.Text)}, nil
}

func (*streamsHandler) Unary(_ context.Context, req *gen.Text) (*gen.Text, error) {
	return &gen.Text{Text: defaults.Echoed(req.Text)}, nil
}

func (*streamsHandler) Client(stream gen.Streams_ClientServer) error {
	var texts []string
	for {
		req, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return stream.SendAndClose(&gen.Text{Text: defaults.Got(texts)})
		}
		if err != nil {
			return err
		}
		texts = append(texts, req.Text)
	}
}

func (*streamsHandler) Server(_ *gen.Text, stream gen.Streams_ServerServer) error {
	for _, text := range defaults.Sent {
		if err := stream.Send(&gen.Text{Text: text}); err != nil {
			return err
		}
	}
	return nil
}

func (*streamsHandler) Bidi(stream gen.Streams_BidiServer) error {
	for {
		req, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := stream.Send(&gen.Text{Text: defaults.Echoed(req.Text)}); err != nil {
			return err
		}
	}
}

func serveStreams(listener net.Listener) error {
	return run(func(options ...server.Option) server.Server {
		return streams.NewServer(&streamsHandler{}, options...)
	}, listener)
}

func callStreams(addr string, options []client.Option) ([]defaults.Call, error) {
	c, err := streams.NewClient("streams", append(options, client.WithHostPorts(addr))...)
	if err != nil {
		return nil, err
	}
	s, err := streams.NewStreamClient("streams", streamclient.WithHostPorts(addr), streamclient.WithConnectTimeout(patience.Connect))
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
		defaults.Unary(func(ctx context.Context, text string) (string, error) {
			res, err := s.Unary(ctx, &gen.Text{Text: text})
			if err != nil {
				return "", err
			}
			return res.Text, nil
		}),
		defaults.Client(func(ctx context.Context) (string, error) {
			stream, err := s.Client(ctx)
			if err != nil {
				return "", err
			}
			for _, text := range defaults.Sent {
				if err := stream.Send(&gen.Text{Text: text}); err != nil {
					return "", err
				}
			}
			res, err := stream.CloseAndRecv()
			if err != nil {
				return "", err
			}
			return res.Text, nil
		}),
		defaults.Server(func(ctx context.Context) ([]string, error) {
			stream, err := s.Server(ctx, &gen.Text{Text: "three"})
			if err != nil {
				return nil, err
			}
			return receiveStreams(func() (*gen.Text, error) { return stream.Recv() })
		}),
		defaults.Bidi(func(ctx context.Context) ([]string, error) {
			stream, err := s.Bidi(ctx)
			if err != nil {
				return nil, err
			}
			for _, text := range defaults.Sent {
				if err := stream.Send(&gen.Text{Text: text}); err != nil {
					return nil, err
				}
			}
			if err := stream.Close(); err != nil {
				return nil, err
			}
			return receiveStreams(func() (*gen.Text, error) { return stream.Recv() })
		}),
	}
	return calls, nil
}

// receiveStreams takes messages to the end of the stream.
func receiveStreams(recv func() (*gen.Text, error)) ([]string, error) {
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

package main

import (
	"context"
	"fmt"

	"github.com/cloudwego/kitex/client"
	"github.com/cloudwego/kitex/client/callopt/streamcall"
	"github.com/cloudwego/kitex/pkg/streaming"

	gen "streamgen/interop/kitex/kitex_gen/suites"
	"streamgen/interop/kitex/kitex_gen/suites/suite"
	genpb "streamgen/interop/kitex/kitex_gen/suitespb"
	"streamgen/interop/kitex/kitex_gen/suitespb/suitepb"
)

// textOf returns the text of a message of either IDL.
func textOf(message any) *string {
	switch message := message.(type) {
	case *gen.Msg:
		return &message.Message
	case *genpb.Msg:
		return &message.Message
	}
	return nil
}

// received is the text of a response, if there is one.
func received[M any](res *M, err error) (string, error) {
	if err != nil {
		return "", err
	}
	return *textOf(res), nil
}

// newMsg makes a message of either IDL.
func newMsg[M any](text string) *M {
	message := new(M)
	*textOf(message) = text
	return message
}

// caller calls the service of one IDL.
type caller[M any] struct {
	opts     options
	wire     wire
	bidi     func(context.Context, ...streamcall.Option) (streaming.BidiStreamingClient[M, M], error)
	client   func(context.Context, ...streamcall.Option) (streaming.ClientStreamingClient[M, M], error)
	server   func(context.Context, *M, ...streamcall.Option) (streaming.ServerStreamingClient[M], error)
	pingPong func(ctx context.Context, first, second string) (string, error)
	// only is what only Thrift has.
	only *thriftCalls
}

type thriftCalls struct {
	unary  func(ctx context.Context, text string) (string, error)
	oneway func(ctx context.Context, text string) error
	ping   func(ctx context.Context) error
}

// kept are clients to the end of the program: Kitex closes what the garbage collector finds.
var kept []any

// call runs the client's half of a case.
func call(opts options) error {
	wire, ok := wires[opts.wire]
	if !ok {
		return fmt.Errorf("no wire %q", opts.wire)
	}
	if other, ok := otherCases[opts.name]; ok {
		return other(opts, wire)
	}
	if wire.protobuf {
		return callWith(opts, wire, newProtobuf)
	}
	return callWith(opts, wire, newThrift)
}

// callWith makes the client with the hooks and timeouts of the case.
func callWith[M any](opts options, wire wire, connect func(...client.Option) (*caller[M], error)) error {
	half, ok := clientHalves[M]()[opts.name]
	if !ok {
		return fmt.Errorf("no case %q", opts.name)
	}
	out, err := connect(append(wire.options(opts.addr), clientHooks[M](opts)...)...)
	if err != nil {
		return err
	}
	out.opts, out.wire = opts, wire
	kept = append(kept, out)
	return half(out)
}

func newThrift(options ...client.Option) (*caller[gen.Msg], error) {
	c, err := suite.NewClient("suite", options...)
	if err != nil {
		return nil, err
	}
	return &caller[gen.Msg]{
		bidi: func(ctx context.Context, options ...streamcall.Option) (streaming.BidiStreamingClient[gen.Msg, gen.Msg], error) {
			return c.Bidi(ctx, options...)
		},
		client: func(ctx context.Context, options ...streamcall.Option) (streaming.ClientStreamingClient[gen.Msg, gen.Msg], error) {
			return c.Client(ctx, options...)
		},
		server: func(ctx context.Context, req *gen.Msg, options ...streamcall.Option) (streaming.ServerStreamingClient[gen.Msg], error) {
			return c.Server(ctx, req, options...)
		},
		pingPong: func(ctx context.Context, first, second string) (string, error) {
			res, err := c.PingPong(ctx, &gen.Msg{Message: first}, &gen.Msg{Message: second})
			return received(res, err)
		},
		only: &thriftCalls{
			unary: func(ctx context.Context, text string) (string, error) {
				res, err := c.Unary(ctx, &gen.Msg{Message: text})
				return received(res, err)
			},
			oneway: func(ctx context.Context, text string) error { return c.Oneway(ctx, &gen.Msg{Message: text}) },
			ping:   func(ctx context.Context) error { return c.Ping(ctx) },
		},
	}, nil
}

func newProtobuf(options ...client.Option) (*caller[genpb.Msg], error) {
	c, err := suitepb.NewClient("suitepb", options...)
	if err != nil {
		return nil, err
	}
	return &caller[genpb.Msg]{
		bidi: func(ctx context.Context, options ...streamcall.Option) (streaming.BidiStreamingClient[genpb.Msg, genpb.Msg], error) {
			return c.Bidi(ctx, options...)
		},
		client: func(ctx context.Context, options ...streamcall.Option) (streaming.ClientStreamingClient[genpb.Msg, genpb.Msg], error) {
			return c.Client(ctx, options...)
		},
		server: func(ctx context.Context, req *genpb.Msg, options ...streamcall.Option) (streaming.ServerStreamingClient[genpb.Msg], error) {
			return c.Server(ctx, req, options...)
		},
		pingPong: func(ctx context.Context, first, _ string) (string, error) {
			res, err := c.PingPong(ctx, &genpb.Msg{Message: first})
			return received(res, err)
		},
	}, nil
}

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"streamgen/interop/kitex/kitex_gen/a/b/c"
	"streamgen/interop/kitex/kitex_gen/combine"
	"streamgen/interop/kitex/kitex_gen/combine/combineservice"
	old "streamgen/interop/kitex/kitex_gen/old/suites"
	oldsuite "streamgen/interop/kitex/kitex_gen/old/suites/suite"
	gen "streamgen/interop/kitex/kitex_gen/suites"
	"streamgen/interop/kitex/kitex_gen/suites/abc"
)

// otherCases call other services than that of suite.thrift and suite.proto.
var otherCases = map[string]func(options, wire) error{
	"abc_echo": withAbc(func(ctx context.Context, client abc.Client) (*c.Response, error) {
		return client.Echo(ctx, &c.Request{Message: "hel"}, &c.Request{Message: "lo"})
	}),
	"abc_unary": withAbc(func(ctx context.Context, client abc.Client) (*c.Response, error) {
		return client.Unary(ctx, &c.Request{Message: "hello"})
	}),
	"abc_bidi": withAbc(func(ctx context.Context, client abc.Client) (*c.Response, error) {
		stream, err := client.Bidi(ctx)
		if err != nil {
			return nil, err
		}
		if err := stream.Send(ctx, &c.Request{Message: "hello"}); err != nil {
			return nil, err
		}
		return stream.Recv(ctx)
	}),
	"abc_server": withAbc(func(ctx context.Context, client abc.Client) (*c.Response, error) {
		stream, err := client.Server(ctx, &c.Request{Message: "hello"})
		if err != nil {
			return nil, err
		}
		return stream.Recv(ctx)
	}),
	"abc_client": withAbc(func(ctx context.Context, client abc.Client) (*c.Response, error) {
		stream, err := client.Client(ctx)
		if err != nil {
			return nil, err
		}
		if err := stream.Send(ctx, &c.Request{Message: "hello"}); err != nil {
			return nil, err
		}
		return stream.CloseAndRecv(ctx)
	}),
	"combine_foo": combineFoo,
	"combine_bar": combineBar,
	"old_bidi":    refusedOld(func(ctx context.Context, c oldsuite.Client) error { return second(c.Bidi(ctx, oldMsg())) }),
	"old_client":  refusedOld(func(ctx context.Context, c oldsuite.Client) error { return second(c.Client(ctx, oldMsg())) }),
	"old_server":  refusedOld(func(ctx context.Context, c oldsuite.Client) error { return second(c.Server(ctx, oldMsg())) }),
	"old_pingpong": withOld(func(ctx context.Context, client oldsuite.Client) error {
		res, err := client.PingPong(ctx, &old.Msg{Message: "hello"}, &old.Msg{Message: "world"})
		return errors.Join(err, expect("response", res.GetMessage(), "hello-world"))
	}),
}

func oldMsg() *old.Msg { return &old.Msg{Message: "m"} }

func second(_ *old.Msg, err error) error { return err }

func withAbc(do func(context.Context, abc.Client) (*c.Response, error)) func(options, wire) error {
	return func(opts options, wire wire) error {
		client, err := abc.NewClient("abc", wire.options(opts.addr)...)
		if err != nil {
			return err
		}
		kept = append(kept, client)
		res, err := do(context.Background(), client)
		return errors.Join(err, expect("response", res.GetMessage(), "hello"))
	}
}

func combineFoo(opts options, wire wire) error {
	c, err := combineservice.NewClient("combine", wire.options(opts.addr)...)
	if err != nil {
		return err
	}
	kept = append(kept, c)
	res, err := c.Foo(context.Background(), &combine.Msg{Message: "hello"})
	return errors.Join(err, expect("response", res.GetMessage(), "hello"))
}

func combineBar(opts options, wire wire) error {
	c, err := combineservice.NewClient("combine", wire.options(opts.addr)...)
	if err != nil {
		return err
	}
	kept = append(kept, c)
	ctx := context.Background()
	stream, err := c.Bar(ctx)
	if err != nil {
		return err
	}
	if err := stream.Send(ctx, &combine.Msg{Message: "hello"}); err != nil {
		return err
	}
	res, err := stream.Recv(ctx)
	return errors.Join(err, expect("response", res.GetMessage(), "hello"), stream.CloseSend(ctx))
}

func withOld(do func(context.Context, oldsuite.Client) error) func(options, wire) error {
	return func(opts options, wire wire) error {
		c, err := oldsuite.NewClient("suite", wire.options(opts.addr)...)
		if err != nil {
			return err
		}
		kept = append(kept, c)
		return do(context.Background(), c)
	}
}

// refusedOld expects that a stream cannot be had by a call.
func refusedOld(do func(context.Context, oldsuite.Client) error) func(options, wire) error {
	return withOld(func(ctx context.Context, c oldsuite.Client) error {
		if err := do(ctx, c); err == nil || !strings.Contains(err.Error(), "stream") {
			return fmt.Errorf("want a word of streams, got %v", err)
		}
		return nil
	})
}

type abcHandler struct{}

func (abcHandler) Echo(_ context.Context, req1, req2 *c.Request) (*c.Response, error) {
	return &c.Response{Message: req1.Message + req2.Message}, nil
}

func (abcHandler) Unary(_ context.Context, req *c.Request) (*c.Response, error) {
	return &c.Response{Message: req.Message}, nil
}

func (abcHandler) Bidi(ctx context.Context, stream gen.Abc_BidiServer) error {
	req, err := stream.Recv(ctx)
	if err != nil {
		return err
	}
	return stream.Send(ctx, &c.Response{Message: req.Message})
}

func (abcHandler) Server(ctx context.Context, req *c.Request, stream gen.Abc_ServerServer) error {
	return stream.Send(ctx, &c.Response{Message: req.Message})
}

func (abcHandler) Client(ctx context.Context, stream gen.Abc_ClientServer) error {
	req, err := stream.Recv(ctx)
	if err != nil {
		return err
	}
	return stream.SendAndClose(ctx, &c.Response{Message: req.Message})
}

type combineHandler struct{}

func (combineHandler) Foo(_ context.Context, req *combine.Msg) (*combine.Msg, error) { return req, nil }

func (combineHandler) Bar(ctx context.Context, stream combine.Streams_BarServer) error {
	for {
		req, err := stream.Recv(ctx)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := stream.Send(ctx, req); err != nil {
			return err
		}
	}
}

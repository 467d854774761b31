package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/bytedance/gopkg/cloud/metainfo"
	"github.com/cloudwego/kitex/pkg/endpoint"
	"github.com/cloudwego/kitex/pkg/endpoint/sep"
	"github.com/cloudwego/kitex/pkg/logid"
	"github.com/cloudwego/kitex/pkg/streaming"
	"github.com/cloudwego/kitex/pkg/utils/contextmap"

	gen "streamgen/interop/kitex/kitex_gen/suites"
	genpb "streamgen/interop/kitex/kitex_gen/suitespb"
	"streamgen/interop/kitex/kitex_gen/suitespb/suitepb"
)

// firstRequest is the first argument of a call without stream.
func firstRequest(args any) *string {
	switch args := args.(type) {
	case *gen.SuitePingPongArgs:
		return &args.Req1.Message
	case *gen.SuiteUnaryArgs:
		return &args.Req.Message
	case *suitepb.PingPongArgs:
		return &args.Req.Message
	}
	return nil
}

// response is what such a call is answered with.
func response(result any) *string {
	switch result := result.(type) {
	case *gen.SuitePingPongResult:
		return &result.Success.Message
	case *gen.SuiteUnaryResult:
		return &result.Success.Message
	case *suitepb.PingPongResult:
		return &result.Success.Message
	}
	return nil
}

// answer is the middleware of a client that does without the server.
func answer(args, result any) error {
	if text := firstRequest(args); text == nil || *text != "request" {
		return fmt.Errorf("want a request, got %v", args)
	}
	switch result := result.(type) {
	case *gen.SuitePingPongResult:
		result.Success = &gen.Msg{}
	case *gen.SuiteUnaryResult:
		result.Success = &gen.Msg{}
	case *suitepb.PingPongResult:
		result.Success = &genpb.Msg{}
	}
	*response(result) = "response"
	return nil
}

func changes(ctx context.Context) bool { return strings.HasPrefix(caseOf(ctx), "server_middleware_") }

// changeCall changes request and response of a call without stream.
func changeCall(next endpoint.UnaryEndpoint) endpoint.UnaryEndpoint {
	return func(ctx context.Context, args, result any) error {
		if !changes(ctx) {
			return next(ctx, args, result)
		}
		request := firstRequest(args)
		if *request != "ping" {
			return fmt.Errorf("want a ping, got %q", *request)
		}
		*request += "+request"
		if err := next(ctx, args, result); err != nil {
			return err
		}
		*response(result) += "+response"
		return nil
	}
}

func changeRecv(next sep.StreamRecvEndpoint) sep.StreamRecvEndpoint {
	return func(ctx context.Context, stream streaming.ServerStream, message any) error {
		if caseOf(ctx) == "on_read_stream" {
			if values, ok := contextmap.GetContextMap(ctx); ok {
				values.Store("key", "value")
			}
		}
		if err := errors.Join(sameLogID(ctx), next(ctx, stream, message)); err != nil {
			return err
		}
		if changes(ctx) {
			*textOf(message) += "+recv"
		}
		return nil
	}
}

func changeSend(next sep.StreamSendEndpoint) sep.StreamSendEndpoint {
	return func(ctx context.Context, stream streaming.ServerStream, message any) error {
		if caseOf(ctx) == "on_read_stream" {
			if values, ok := contextmap.GetContextMap(ctx); ok {
				value, _ := values.Load("key")
				*textOf(message) = fmt.Sprint(value)
			}
		}
		if changes(ctx) {
			*textOf(message) += "+send"
		}
		return errors.Join(sameLogID(ctx), next(ctx, stream, message))
	}
}

// sameLogID expects the id of the stream that the client has made, which it also sends as metainfo.
func sameLogID(ctx context.Context) error {
	if caseOf(ctx) != "stream_log_id" {
		return nil
	}
	want, _ := metainfo.GetValue(ctx, "EXPECTED")
	if got := logid.GetStreamLogID(ctx); got == "" || got != want {
		return fmt.Errorf("log id %q, want %q", got, want)
	}
	return nil
}

// counted adds the metainfo COUNT.
func (c *caller[M]) counted(count int) context.Context {
	return metainfo.WithValue(c.context(), "COUNT", fmt.Sprint(count))
}

func callPingPong[M any](first, second, want string) func(*caller[M]) error {
	return func(c *caller[M]) error {
		text, err := c.pingPong(c.context(), first, second)
		return errors.Join(err, expect("response", text, want))
	}
}

func callUnary[M any](request, want string) func(*caller[M]) error {
	return func(c *caller[M]) error {
		text, err := c.only.unary(c.context(), request)
		return errors.Join(err, expect("response", text, want))
	}
}

// bidiOf sends the first requests before it receives.
func bidiOf[M any](requests, responses []string) func(*caller[M]) error {
	return func(c *caller[M]) error {
		ctx := c.counted(len(requests))
		stream, err := c.bidi(ctx)
		if err != nil {
			return err
		}
		for _, request := range requests {
			if err := stream.Send(ctx, newMsg[M](request)); err != nil {
				return err
			}
		}
		return receive(responses, func() (*M, error) { return stream.Recv(ctx) })
	}
}

func clientOf[M any](requests []string, want string) func(*caller[M]) error {
	return func(c *caller[M]) error {
		ctx := c.counted(len(requests))
		stream, err := c.client(ctx)
		if err != nil {
			return err
		}
		for _, request := range requests {
			if err := stream.Send(ctx, newMsg[M](request)); err != nil {
				return err
			}
		}
		return receive([]string{want}, func() (*M, error) { return stream.CloseAndRecv(ctx) })
	}
}

func serverOf[M any](request string, responses ...string) func(*caller[M]) error {
	return func(c *caller[M]) error {
		ctx := c.counted(len(responses))
		stream, err := c.server(ctx, newMsg[M](request))
		if err != nil {
			return err
		}
		return receive(responses, func() (*M, error) { return stream.Recv(ctx) })
	}
}

// receive expects these messages, one after the other.
func receive[M any](wanted []string, recv func() (*M, error)) error {
	for _, want := range wanted {
		message, err := recv()
		if err != nil {
			return err
		}
		if err := expect("response", *textOf(message), want); err != nil {
			return err
		}
	}
	return nil
}

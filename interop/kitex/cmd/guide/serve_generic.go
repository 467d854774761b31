package main

import (
	"context"
	"fmt"
	"io"

	"github.com/cloudwego/gopkg/protocol/thrift"

	"github.com/cloudwego/kitex/pkg/generic"
	"github.com/cloudwego/kitex/pkg/kerrors"
	"github.com/cloudwego/kitex/pkg/rpcinfo"
	"github.com/cloudwego/kitex/server"
	"github.com/cloudwego/kitex/server/genericserver"
	"github.com/cloudwego/kitex/transport"

	"streamgen/interop/kitex/kitex_gen/guide"
	"streamgen/interop/kitex/kitex_gen/guidepb"
	"streamgen/interop/kitex/kitex_gen/guidepb/streamingservice"
)

// addUnknown adds a handler of unknown services and methods: those of the guide, which answers as the generated
// code does, and others whose bytes it says back.
func addUnknown(svr server.Server, language string) error {
	of := unknown{language}
	return genericserver.RegisterUnknownServiceOrMethodHandler(svr, &genericserver.UnknownServiceOrMethodHandler{
		DefaultHandler:   of.call,
		StreamingHandler: of.stream,
	})
}

type unknown struct{ language string }

// known says whether a service is handled. Framed names none.
func (of unknown) known(ctx context.Context, service string) error {
	framed := rpcinfo.GetRPCInfo(ctx).Config().TransportProtocol() == transport.Framed
	if service == "TestService" || service == "StreamingService" || service == "UnknownService" || framed {
		return nil
	}
	return fmt.Errorf("nobody handles %s", service)
}

func (of unknown) call(ctx context.Context, service, method string, request any) (any, error) {
	if err := of.known(ctx, service); err != nil {
		return nil, err
	}
	args := request.([]byte)
	switch {
	case method == unknownMethods.call:
		return args, nil
	case of.language == "thrift":
		var echo guide.TestServiceEchoPingPongArgs
		if err := thrift.FastUnmarshal(args, &echo); err != nil {
			return nil, err
		}
		response := &guide.Response{Message: echo.GetReq().GetMessage()}
		return thrift.FastMarshal(&guide.TestServiceEchoPingPongResult{Success: response}), nil
	default:
		var echo streamingservice.UnaryEchoArgs
		if err := echo.Unmarshal(args); err != nil {
			return nil, err
		}
		response := &guidepb.Response{Message: echo.GetReq().GetMessage()}
		return (&streamingservice.UnaryEchoResult{Success: response}).Marshal(nil)
	}
}

// stream answers a stream of any shape. Requests and responses of the guide are the same bytes.
func (of unknown) stream(ctx context.Context, service, method string, stream generic.BidiStreamingServer) error {
	if err := of.known(ctx, service); err != nil {
		return err
	}
	var last any
	for {
		request, err := stream.Recv(ctx)
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
		last = request
		switch method {
		case thriftMethods.client, protoMethods.client, unknownMethods.client:
		case thriftMethods.server, protoMethods.server, unknownMethods.server:
			if err := sendSome[any](ctx, stream, request); err != nil {
				return err
			}
		case thriftMethods.call, protoMethods.call, unknownMethods.call:
			// A call over gRPC is a stream with the arguments and the result.
			if last, err = of.call(ctx, service, method, request); err != nil {
				return err
			}
			if err := stream.Send(ctx, last); err != nil {
				return err
			}
		default:
			if err := stream.Send(ctx, request); err != nil {
				return err
			}
		}
	}
	switch method {
	case thriftMethods.client, protoMethods.client, unknownMethods.client:
		return stream.Send(ctx, last)
	default:
		return nil
	}
}

// newJSON is a server with a handler of JSON by the IDL, which says back what it gets.
func newJSON(ctx context.Context, language, idl string, options ...server.Option) (server.Server, error) {
	g, _, err := generics(ctx, language, idl, false)
	if err != nil {
		return nil, err
	}
	// Without it, v0.16.3 panics at a call without stream that comes over gRPC.
	options = append(options, server.WithCompatibleMiddlewareForUnary())
	return genericserver.NewServerV2(&generic.ServiceV2{
		GenericCall:     callOfJSON,
		ClientStreaming: clientOfJSON,
		ServerStreaming: serverOfJSON,
		BidiStreaming:   bidiOfJSON,
	}, g, options...), nil
}

func callOfJSON(_ context.Context, _, _ string, request any) (any, error) {
	if request == jsonOf("biz_error") {
		return nil, kerrors.NewBizStatusError(404, "not found")
	}
	return request, nil
}

func clientOfJSON(ctx context.Context, _, _ string, stream generic.ClientStreamingServer) error {
	last, err := lastOf[any](ctx, stream, "{}")
	if err != nil {
		return err
	}
	return stream.SendAndClose(ctx, last)
}

func serverOfJSON(ctx context.Context, _, _ string, request any, stream generic.ServerStreamingServer) error {
	return sendSome(ctx, stream, request)
}

func bidiOfJSON(ctx context.Context, _, _ string, stream generic.BidiStreamingServer) error {
	return echoEach(ctx, stream, stream, func(request any) any { return request })
}

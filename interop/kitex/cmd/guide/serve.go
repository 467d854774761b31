package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"os"

	"github.com/cloudwego/kitex/pkg/transmeta"
	"github.com/cloudwego/kitex/server"

	"streamgen/interop/kitex/kitex_gen/guide"
	"streamgen/interop/kitex/kitex_gen/guide/testservice"
	"streamgen/interop/kitex/kitex_gen/guidepb"
	"streamgen/interop/kitex/kitex_gen/guidepb/streamingservice"
)

// responses is how many a stream of responses has.
const responses = 3

func serve(kind, language, idl string) error {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	svr, err := newServer(kind, language, idl,
		server.WithListener(listener),
		server.WithMetaHandler(transmeta.ServerTTHeaderHandler),
		server.WithMetaHandler(transmeta.ServerHTTP2Handler))
	if err != nil {
		return err
	}
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}()
	fmt.Println("listening on", listener.Addr())
	return svr.Run()
}

// newServer has generated code, a handler without it, or both.
func newServer(kind, language, idl string, options ...server.Option) (server.Server, error) {
	switch kind {
	case "serve-json":
		return newJSON(context.Background(), language, idl, options...)
	case "serve-unknown":
		svr := server.NewServer(options...)
		return svr, addUnknown(svr, language)
	}
	svr := testservice.NewServer(&thriftEcho{}, options...)
	if language == "proto" {
		svr = streamingservice.NewServer(&protoEcho{}, options...)
	}
	if kind == "serve-both" {
		return svr, addUnknown(svr, language)
	}
	return svr, nil
}

type thriftEcho struct{}

func (thriftEcho) Echo(ctx context.Context, stream guide.TestService_EchoServer) error {
	return echoEach(ctx, stream, stream, thriftAnswer)
}

func (thriftEcho) EchoClient(ctx context.Context, stream guide.TestService_EchoClientServer) error {
	last, err := lastOf(ctx, stream, &guide.Request{})
	if err != nil {
		return err
	}
	return stream.SendAndClose(ctx, thriftAnswer(last))
}

func (thriftEcho) EchoServer(ctx context.Context, request *guide.Request, stream guide.TestService_EchoServerServer) error {
	return sendSome(ctx, stream, thriftAnswer(request))
}

func (thriftEcho) EchoUnary(_ context.Context, request *guide.Request) (*guide.Response, error) {
	return thriftAnswer(request), nil
}

func (thriftEcho) EchoPingPong(_ context.Context, request *guide.Request) (*guide.Response, error) {
	return thriftAnswer(request), nil
}

func thriftAnswer(request *guide.Request) *guide.Response {
	return &guide.Response{Message: request.Message}
}

type protoEcho struct{}

func (protoEcho) BidirectionalEcho(ctx context.Context, stream guidepb.StreamingService_BidirectionalEchoServer) error {
	return echoEach(ctx, stream, stream, protoAnswer)
}

func (protoEcho) StreamRequestEcho(ctx context.Context, stream guidepb.StreamingService_StreamRequestEchoServer) error {
	last, err := lastOf(ctx, stream, &guidepb.Request{})
	if err != nil {
		return err
	}
	return stream.SendAndClose(ctx, protoAnswer(last))
}

func (protoEcho) StreamResponseEcho(ctx context.Context, request *guidepb.Request, stream guidepb.StreamingService_StreamResponseEchoServer) error {
	return sendSome(ctx, stream, protoAnswer(request))
}

func (protoEcho) UnaryEcho(_ context.Context, request *guidepb.Request) (*guidepb.Response, error) {
	return protoAnswer(request), nil
}

func protoAnswer(request *guidepb.Request) *guidepb.Response {
	return &guidepb.Response{Message: request.Message}
}

package main

import (
	"context"
	"fmt"
	"io"

	dproto "github.com/cloudwego/dynamicgo/proto"

	"github.com/cloudwego/kitex/client"
	"github.com/cloudwego/kitex/client/callopt"
	"github.com/cloudwego/kitex/client/callopt/streamcall"
	"github.com/cloudwego/kitex/client/genericclient"
	"github.com/cloudwego/kitex/pkg/generic"
	"github.com/cloudwego/kitex/pkg/generic/thrift"
	"github.com/cloudwego/kitex/pkg/transmeta"
	"github.com/cloudwego/kitex/transport"

	"streamgen/interop/kitex/patience"
)

// messages is how many a stream of requests has.
const messages = 3

// methods are the names of the shapes in one of the guide's IDLs.
type methods struct{ client, server, bidi, call, unary string }

var (
	thriftMethods = methods{"EchoClient", "EchoServer", "Echo", "EchoPingPong", "EchoUnary"}
	protoMethods  = methods{"StreamRequestEcho", "StreamResponseEcho", "BidirectionalEcho", "UnaryEcho", ""}
	// unknownMethods are in no IDL.
	unknownMethods = methods{"UnknownClient", "UnknownServer", "UnknownBidi", "UnknownCall", ""}
)

// wires are Kitex's protocols by the names of the command line: of streams and of calls without.
var wires = map[string]transport.Protocol{
	"ttheader":           transport.TTHeaderStreaming,
	"grpc":               transport.GRPC,
	"framed":             transport.Framed,
	"ttheader-calls":     transport.TTHeader,
	"grpc-streaming":     transport.GRPCStreaming | transport.TTHeader,
	"ttheader-streaming": transport.TTHeaderStreaming | transport.TTHeader,
}

// program makes the guide's calls.
type program struct {
	genericclient.Client
	methods
	form
	ofCalls   []callopt.Option
	ofStreams []streamcall.Option
}

// callJSON makes the calls by the IDL, of which all services may be one.
func callJSON(language, idl, address, wire string, combined bool) error {
	ctx, cancel := context.WithTimeout(context.Background(), patience.Call)
	defer cancel()
	g, names, err := generics(ctx, language, idl, combined)
	if err != nil {
		return err
	}
	cli, err := newClient(g, address, wire)
	if err != nil {
		return err
	}
	return program{Client: cli, methods: names.over(wire), form: jsonForm}.run(ctx)
}

func newClient(g generic.Generic, address, wire string) (genericclient.Client, error) {
	return genericclient.NewClient("streaming_service", g,
		client.WithHostPorts(address),
		client.WithConnectTimeout(patience.Connect),
		client.WithTransportProtocol(wires[wire]),
		client.WithMetaHandler(transmeta.ClientTTHeaderHandler),
		client.WithMetaHandler(transmeta.ClientHTTP2Handler))
}

// over leaves out the method that only gRPC calls.
func (m methods) over(wire string) methods {
	if wire != "grpc" {
		m.unary = ""
	}
	return m
}

func generics(ctx context.Context, language, idl string, combined bool) (generic.Generic, methods, error) {
	if language == "thrift" {
		mode := thrift.LastServiceOnly
		if combined {
			mode = thrift.CombineServices
		}
		options := []generic.ThriftIDLProviderOption{generic.WithParseMode(mode)}
		provider, err := generic.NewThriftFileProviderWithOption(idl, options)
		if err != nil {
			return nil, thriftMethods, err
		}
		g, err := generic.JSONThriftGeneric(provider)
		return g, thriftMethods, err
	}
	provider, err := generic.NewPbFileProviderWithDynamicGo(idl, ctx, dproto.Options{})
	if err != nil {
		return nil, protoMethods, err
	}
	g, err := generic.JSONPbGeneric(provider)
	return g, protoMethods, err
}

func (p program) run(ctx context.Context) error {
	for _, step := range []func(context.Context) error{
		p.clientStreaming, p.serverStreaming, p.bidiStreaming, p.calls,
	} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

func (p program) clientStreaming(ctx context.Context) error {
	if p.client == "" {
		return nil
	}
	stream, err := p.ClientStreaming(ctx, p.client, p.ofStreams...)
	if err != nil {
		return err
	}
	for i := range messages {
		request := p.message(fmt.Sprintf("grpc client streaming generic %dth request", i))
		if err := stream.Send(stream.Context(), request); err != nil {
			return err
		}
	}
	response, err := stream.CloseAndRecv(stream.Context())
	return told("client", p.text, response, err)
}

func (p program) serverStreaming(ctx context.Context) error {
	if p.server == "" {
		return nil
	}
	request := p.message("grpc server streaming generic request")
	stream, err := p.ServerStreaming(ctx, p.server, request, p.ofStreams...)
	if err != nil {
		return err
	}
	return p.receive(stream.Context(), "server", stream.Recv)
}

func (p program) bidiStreaming(ctx context.Context) error {
	if p.bidi == "" {
		return nil
	}
	stream, err := p.BidirectionalStreaming(ctx, p.bidi, p.ofStreams...)
	if err != nil {
		return err
	}
	sent := make(chan error, 1)
	go func() {
		for i := range messages {
			request := p.message(fmt.Sprintf("grpc bidirectional streaming generic %dth request", i))
			if err := stream.Send(stream.Context(), request); err != nil {
				sent <- err
				return
			}
		}
		sent <- stream.CloseSend(stream.Context())
	}()
	if err := p.receive(stream.Context(), "bidi", stream.Recv); err != nil {
		return err
	}
	return <-sent
}

func (p program) calls(ctx context.Context) error {
	for _, method := range []string{p.call, p.unary} {
		if method == "" {
			continue
		}
		response, err := p.GenericCall(ctx, method, p.args("unary request"), p.ofCalls...)
		if err := told("call", p.result, response, err); err != nil {
			return err
		}
	}
	return nil
}

// receive takes messages up to the end of the stream.
func (p program) receive(ctx context.Context, shape string, recv func(context.Context) (any, error)) error {
	for {
		response, err := recv(ctx)
		if err == io.EOF {
			fmt.Println(shape, "end")
			return nil
		}
		if err := told(shape, p.text, response, err); err != nil {
			return err
		}
	}
}

func told(shape string, read func(any) (string, error), response any, err error) error {
	if err != nil {
		return fmt.Errorf("%s: %w", shape, err)
	}
	text, err := read(response)
	if err != nil {
		return fmt.Errorf("%s: %w", shape, err)
	}
	fmt.Println(shape, text)
	return nil
}

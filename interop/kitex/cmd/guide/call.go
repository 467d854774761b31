package main

import (
	"context"
	"fmt"
	"io"
	"time"

	dproto "github.com/cloudwego/dynamicgo/proto"

	"github.com/cloudwego/kitex/client"
	"github.com/cloudwego/kitex/client/genericclient"
	"github.com/cloudwego/kitex/pkg/generic"
	"github.com/cloudwego/kitex/pkg/transmeta"
	"github.com/cloudwego/kitex/transport"
)

// limit ends what a server that does wrong would keep waiting.
const limit = 20 * time.Second

// messages is how many a stream of requests has.
const messages = 3

// methods are the names of the shapes in one of the guide's IDLs.
type methods struct{ client, server, bidi, call, unary string }

func call(language, idl, address, wire string) error {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	g, names, err := generics(ctx, language, idl)
	if err != nil {
		return err
	}
	options := []client.Option{client.WithHostPorts(address)}
	if wire == "grpc" {
		options = append(options,
			client.WithTransportProtocol(transport.GRPC),
			client.WithMetaHandler(transmeta.ClientHTTP2Handler))
	} else {
		names.unary = ""
	}
	cli, err := genericclient.NewClient("streaming_service", g, options...)
	if err != nil {
		return err
	}
	for _, step := range []func(context.Context, genericclient.Client, methods) error{
		clientStreaming, serverStreaming, bidiStreaming, calls,
	} {
		if err := step(ctx, cli, names); err != nil {
			return err
		}
	}
	return nil
}

func generics(ctx context.Context, language, idl string) (generic.Generic, methods, error) {
	if language == "thrift" {
		names := methods{"EchoClient", "EchoServer", "Echo", "EchoPingPong", "EchoUnary"}
		provider, err := generic.NewThriftFileProvider(idl)
		if err != nil {
			return nil, names, err
		}
		g, err := generic.JSONThriftGeneric(provider)
		return g, names, err
	}
	names := methods{"StreamRequestEcho", "StreamResponseEcho", "BidirectionalEcho", "UnaryEcho", ""}
	provider, err := generic.NewPbFileProviderWithDynamicGo(idl, ctx, dproto.Options{})
	if err != nil {
		return nil, names, err
	}
	g, err := generic.JSONPbGeneric(provider)
	return g, names, err
}

func clientStreaming(ctx context.Context, cli genericclient.Client, names methods) error {
	stream, err := cli.ClientStreaming(ctx, names.client)
	if err != nil {
		return err
	}
	for i := range messages {
		request := fmt.Sprintf(`{"message": "grpc client streaming generic %dth request"}`, i)
		if err := stream.Send(stream.Context(), request); err != nil {
			return err
		}
	}
	response, err := stream.CloseAndRecv(stream.Context())
	return told("client", response, err)
}

func serverStreaming(ctx context.Context, cli genericclient.Client, names methods) error {
	stream, err := cli.ServerStreaming(ctx, names.server, `{"message": "grpc server streaming generic request"}`)
	if err != nil {
		return err
	}
	return receive(stream.Context(), "server", stream.Recv)
}

func bidiStreaming(ctx context.Context, cli genericclient.Client, names methods) error {
	stream, err := cli.BidirectionalStreaming(ctx, names.bidi)
	if err != nil {
		return err
	}
	sent := make(chan error, 1)
	go func() {
		for i := range messages {
			request := fmt.Sprintf(`{"message": "grpc bidirectional streaming generic %dth request"}`, i)
			if err := stream.Send(stream.Context(), request); err != nil {
				sent <- err
				return
			}
		}
		sent <- stream.CloseSend(stream.Context())
	}()
	if err := receive(stream.Context(), "bidi", stream.Recv); err != nil {
		return err
	}
	return <-sent
}

func calls(ctx context.Context, cli genericclient.Client, names methods) error {
	for _, method := range []string{names.call, names.unary} {
		if method == "" {
			continue
		}
		response, err := cli.GenericCall(ctx, method, `{"message": "unary request"}`)
		if err := told("call", response, err); err != nil {
			return err
		}
	}
	return nil
}

// receive takes messages up to the end of the stream.
func receive(ctx context.Context, shape string, recv func(context.Context) (any, error)) error {
	for {
		response, err := recv(ctx)
		if err == io.EOF {
			fmt.Println(shape, "end")
			return nil
		}
		if err := told(shape, response, err); err != nil {
			return err
		}
	}
}

func told(shape string, response any, err error) error {
	if err != nil {
		return fmt.Errorf("%s: %w", shape, err)
	}
	text, ok := response.(string)
	if !ok {
		return fmt.Errorf("%s: a response of type %T", shape, response)
	}
	fmt.Println(shape, text)
	return nil
}

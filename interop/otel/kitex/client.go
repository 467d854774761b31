package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/cloudwego/kitex/client"
	"github.com/cloudwego/kitex/transport"
	"github.com/kitex-contrib/obs-opentelemetry/tracing"

	"streamgen/interop/kitex/kitex_gen/echo"
	"streamgen/interop/kitex/kitex_gen/echo/testservice"
	"streamgen/interop/kitex/patience"
)

// call makes one call as a user of the suite makes it.
func call(method, wire, address string) error {
	options := []client.Option{
		client.WithHostPorts(address),
		client.WithConnectTimeout(patience.Connect),
		client.WithSuite(tracing.NewClientSuite()),
	}
	// Behind the suite, which chooses TTHeader.
	if wire == "grpc" {
		options = append(options, client.WithTransportProtocol(transport.GRPC))
	}
	cli, err := testservice.NewClient("rust", options...)
	if err != nil {
		return err
	}
	ctx, cancel := deadline()
	defer cancel()
	switch method {
	case "PingPong":
		_, err = cli.PingPong(ctx, &echo.Request{Message: "hello"})
		return err
	case "Echo":
		return bidi(ctx, cli)
	}
	return fmt.Errorf("no method %q", method)
}

func bidi(ctx context.Context, cli testservice.Client) error {
	stream, err := cli.Echo(ctx)
	if err != nil {
		return err
	}
	if err := stream.Send(ctx, &echo.Request{Message: "hello"}); err != nil {
		return err
	}
	if err := stream.CloseSend(ctx); err != nil {
		return err
	}
	for {
		_, err := stream.Recv(ctx)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

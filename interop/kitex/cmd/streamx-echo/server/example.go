package main

import (
	"context"
	"fmt"
	"io"

	"streamgen/interop/kitex/kitex_gen/echo"
)

// example answers as Kitex's thrift_streaming example does.
type example struct{ ping }

// Echo sends on one goroutine while it receives on another.
func (example) Echo(ctx context.Context, stream echo.TestService_EchoServer) error {
	sent := make(chan error, 1)
	go func() { sent <- count(ctx, stream) }()
	for {
		req, err := stream.Recv(ctx)
		if err == io.EOF {
			fmt.Println("Echo: end")
			return <-sent
		}
		if err != nil {
			return err
		}
		received("Echo", req)
	}
}

// EchoClient does not wait for the end of input.
func (example) EchoClient(ctx context.Context, stream echo.TestService_EchoClientServer) error {
	for range 3 {
		req, err := stream.Recv(ctx)
		if err != nil {
			return err
		}
		received("EchoClient", req)
	}
	return stream.SendAndClose(ctx, &echo.Response{Message: "echoClient"})
}

func (example) EchoServer(ctx context.Context, req *echo.Request, stream echo.TestService_EchoServerServer) error {
	received("EchoServer", req)
	return count(ctx, stream)
}

// count sends "server, 0" to "server, 2".
func count(ctx context.Context, stream interface {
	Send(context.Context, *echo.Response) error
}) error {
	for i := range 3 {
		if err := stream.Send(ctx, &echo.Response{Message: fmt.Sprintf("server, %d", i)}); err != nil {
			return err
		}
	}
	return nil
}

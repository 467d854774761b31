package main

import (
	"context"
	"errors"
	"io"

	"streamgen/interop/kitex/kitex_gen/echo"
)

// handler is the end of the chain: it sends back what it receives.
type handler struct{}

func (handler) PingPong(_ context.Context, req *echo.Request) (*echo.Response, error) {
	return &echo.Response{Message: req.Message}, nil
}

func (handler) Echo(ctx context.Context, stream echo.TestService_EchoServer) error {
	for {
		req, err := stream.Recv(ctx)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := stream.Send(ctx, &echo.Response{Message: req.Message}); err != nil {
			return err
		}
	}
}

func (handler) EchoClient(context.Context, echo.TestService_EchoClientServer) error {
	return errors.New("nobody calls EchoClient here")
}

func (handler) EchoServer(context.Context, *echo.Request, echo.TestService_EchoServerServer) error {
	return errors.New("nobody calls EchoServer here")
}

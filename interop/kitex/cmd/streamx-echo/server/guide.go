package main

import (
	"context"
	"fmt"
	"io"

	"streamgen/interop/kitex/kitex_gen/echo"
)

// guide answers as the StreamX guide does.
type guide struct{ ping }

func (guide) Echo(ctx context.Context, stream echo.TestService_EchoServer) error {
	for {
		req, err := stream.Recv(ctx)
		if err == io.EOF {
			fmt.Println("Echo: end")
			return nil
		}
		if err != nil {
			return err
		}
		received("Echo", req)
		if err := stream.Send(ctx, &echo.Response{Message: req.Message}); err != nil {
			return err
		}
	}
}

func (guide) EchoClient(ctx context.Context, stream echo.TestService_EchoClientServer) error {
	res := &echo.Response{}
	for {
		req, err := stream.Recv(ctx)
		if err == io.EOF {
			fmt.Println("EchoClient: end")
			return stream.SendAndClose(ctx, res)
		}
		if err != nil {
			return err
		}
		received("EchoClient", req)
		res.Message = req.Message
	}
}

func (guide) EchoServer(ctx context.Context, req *echo.Request, stream echo.TestService_EchoServerServer) error {
	received("EchoServer", req)
	for range 3 {
		if err := stream.Send(ctx, &echo.Response{Message: req.Message}); err != nil {
			return err
		}
	}
	return nil
}

package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"os"

	"github.com/cloudwego/kitex/server"

	"kitexbench/kitex_gen/bench"
	"kitexbench/kitex_gen/bench/stream"
)

// serve prints the address it listens on and answers until the driver hangs up.
func serve(addr string) error {
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	fmt.Println("listening", listener.Addr())
	go func() {
		answerDriver()
		os.Exit(0)
	}()
	return stream.NewServer(&echo{}, server.WithListener(listener)).Run()
}

type echo struct{}

func (*echo) Echo(ctx context.Context, s bench.Stream_EchoServer) error {
	for {
		message, err := s.Recv(ctx)
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if err := s.Send(ctx, message); err != nil {
			return err
		}
	}
}

// ServerStream sends until the client is gone.
func (*echo) ServerStream(ctx context.Context, burst *bench.Burst, s bench.Stream_ServerStreamServer) error {
	message := &bench.Message{Payload: make([]byte, burst.Size)}
	for {
		if err := s.Send(ctx, message); err != nil {
			return err
		}
	}
}

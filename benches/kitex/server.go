package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"os"

	"github.com/cloudwego/kitex/pkg/streaming"
	"github.com/cloudwego/kitex/pkg/transmeta"
	"github.com/cloudwego/kitex/server"

	"kitexbench/kitex_gen/bench"
	thriftstream "kitexbench/kitex_gen/bench/stream"
	"kitexbench/kitex_gen/benchpb"
	grpcstream "kitexbench/kitex_gen/benchpb/stream"
)

// serve prints the address it listens on and answers until the driver hangs up.
func serve(addr string, grpc bool, callsBy string) error {
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	fmt.Println("listening", listener.Addr())
	go func() {
		answerDriver()
		os.Exit(0)
	}()
	if grpc {
		return grpcstream.NewServer(&grpcEcho{}, server.WithListener(listener)).Run()
	}
	options := []server.Option{server.WithListener(listener)}
	if callsBy != "" {
		options = append(options, server.WithMetaHandler(transmeta.ServerTTHeaderHandler))
	}
	if callsBy == "mux" {
		options = append(options, server.WithMuxTransport())
	}
	return thriftstream.NewServer(&ttheaderEcho{}, options...).Run()
}

type ttheaderEcho struct{}

func (ttheaderEcho) Echo(ctx context.Context, s bench.Stream_EchoServer) error {
	return echo(ctx, s)
}

func (ttheaderEcho) ServerStream(ctx context.Context, burst *bench.Burst, s bench.Stream_ServerStreamServer) error {
	return repeat(ctx, &bench.Message{Payload: make([]byte, burst.Size)}, s)
}

func (ttheaderEcho) Unary(_ context.Context, message *bench.Message) (*bench.Message, error) {
	return message, nil
}

type grpcEcho struct{}

func (grpcEcho) Echo(ctx context.Context, s benchpb.Stream_EchoServer) error {
	return echo(ctx, s)
}

func (grpcEcho) ServerStream(ctx context.Context, burst *benchpb.Burst, s benchpb.Stream_ServerStreamServer) error {
	return repeat(ctx, &benchpb.Message{Payload: make([]byte, burst.Size)}, s)
}

func (grpcEcho) Unary(_ context.Context, message *benchpb.Message) (*benchpb.Message, error) {
	return message, nil
}

func echo[M any](ctx context.Context, s streaming.BidiStreamingServer[M, M]) error {
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

// repeat sends until the client is gone.
func repeat[M any](ctx context.Context, message *M, s streaming.ServerStreamingServer[M]) error {
	for {
		if err := s.Send(ctx, message); err != nil {
			return err
		}
	}
}

package main

import (
	"context"
	"time"

	"github.com/cloudwego/kitex/client"
	"github.com/cloudwego/kitex/pkg/connpool"
	"github.com/cloudwego/kitex/pkg/remote/trans/ttstream"
	"github.com/cloudwego/kitex/pkg/streaming"
	"github.com/cloudwego/kitex/pkg/transmeta"
	"github.com/cloudwego/kitex/transport"

	"kitexbench/kitex_gen/bench"
	thriftstream "kitexbench/kitex_gen/bench/stream"
	"kitexbench/kitex_gen/benchpb"
	grpcstream "kitexbench/kitex_gen/benchpb/stream"
)

// calls are the methods of one generated client; M is its message.
type calls[M any] struct {
	message func(size int) *M
	echo    func(context.Context) (streaming.BidiStreamingClient[M, M], error)
	burst   func(ctx context.Context, size int) (streaming.ServerStreamingClient[M], error)
	unary   func(context.Context, *M) (*M, error)
}

// ttheaderCalls returns calls over TTHeader Streaming, with all streams on one connection (mux pool
// of size 1). The argument callsBy chooses the connections of ping-pong calls; see callOptions.
func ttheaderCalls(addr, callsBy string, callers int) (calls[bench.Message], error) {
	pool := ttstream.WithClientMuxConnPool(ttstream.MuxConnConfig{PoolSize: 1})
	options := []client.Option{
		client.WithHostPorts(addr),
		client.WithTTHeaderStreamingOptions(client.WithTTHeaderStreamingTransportOptions(pool)),
	}
	c, err := thriftstream.NewClient("bench", append(options, callOptions(callsBy, callers)...)...)
	if err != nil {
		return calls[bench.Message]{}, err
	}
	return calls[bench.Message]{
		message: func(size int) *bench.Message { return &bench.Message{Payload: make([]byte, size)} },
		echo: func(ctx context.Context) (streaming.BidiStreamingClient[bench.Message, bench.Message], error) {
			return c.Echo(ctx)
		},
		burst: func(ctx context.Context, size int) (streaming.ServerStreamingClient[bench.Message], error) {
			return c.ServerStream(ctx, &bench.Burst{Size: int32(size)})
		},
		unary: func(ctx context.Context, m *bench.Message) (*bench.Message, error) { return c.Unary(ctx, m) },
	}, nil
}

// callOptions returns the options that choose the connections of ping-pong calls: one connection
// for each caller, or one for all callers.
func callOptions(callsBy string, callers int) []client.Option {
	if callsBy == "" {
		return nil
	}
	options := []client.Option{
		client.WithTransportProtocol(transport.TTHeaderFramed),
		client.WithMetaHandler(transmeta.ClientTTHeaderHandler),
	}
	if callsBy == "mux" {
		return append(options, client.WithMuxConnection(1))
	}
	idle := connpool.IdleConfig{MaxIdlePerAddress: callers, MaxIdleGlobal: callers, MaxIdleTimeout: time.Minute}
	return append(options, client.WithLongConnection(idle))
}

// grpcCalls are made over gRPC, all streams on one connection.
func grpcCalls(addr string) (calls[benchpb.Message], error) {
	c, err := grpcstream.NewClient("bench", client.WithHostPorts(addr), client.WithGRPCConnPoolSize(1))
	if err != nil {
		return calls[benchpb.Message]{}, err
	}
	return calls[benchpb.Message]{
		message: func(size int) *benchpb.Message { return &benchpb.Message{Payload: make([]byte, size)} },
		echo: func(ctx context.Context) (streaming.BidiStreamingClient[benchpb.Message, benchpb.Message], error) {
			return c.Echo(ctx)
		},
		burst: func(ctx context.Context, size int) (streaming.ServerStreamingClient[benchpb.Message], error) {
			return c.ServerStream(ctx, &benchpb.Burst{Size: int32(size)})
		},
		unary: func(ctx context.Context, m *benchpb.Message) (*benchpb.Message, error) { return c.Unary(ctx, m) },
	}, nil
}

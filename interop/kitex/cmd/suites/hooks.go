package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/cloudwego/kitex/client"
	"github.com/cloudwego/kitex/pkg/endpoint"
	"github.com/cloudwego/kitex/pkg/endpoint/cep"
	"github.com/cloudwego/kitex/pkg/endpoint/sep"
	"github.com/cloudwego/kitex/pkg/streaming"
	"github.com/cloudwego/kitex/server"
)

// counting is one middleware of each kind at the client, which counts.
func counting(i int) (endpoint.UnaryMiddleware, cep.StreamMiddleware, cep.StreamRecvMiddleware, cep.StreamSendMiddleware) {
	return func(next endpoint.UnaryEndpoint) endpoint.UnaryEndpoint {
			return func(ctx context.Context, req, resp any) error {
				countsOf(ctx).call[i]++
				return next(ctx, req, resp)
			}
		}, func(next cep.StreamEndpoint) cep.StreamEndpoint {
			return func(ctx context.Context) (streaming.ClientStream, error) {
				countsOf(ctx).stream[i]++
				return next(ctx)
			}
		}, func(next cep.StreamRecvEndpoint) cep.StreamRecvEndpoint {
			return func(ctx context.Context, stream streaming.ClientStream, message any) error {
				countsOf(ctx).recv[i]++
				return next(ctx, stream, message)
			}
		}, func(next cep.StreamSendEndpoint) cep.StreamSendEndpoint {
			return func(ctx context.Context, stream streaming.ClientStream, message any) error {
				countsOf(ctx).send[i]++
				return next(ctx, stream, message)
			}
		}
}

// clientHooks are the middleware and the timeouts of the case.
func clientHooks[M any](opts options) []client.Option {
	out := clientTimeouts(opts)
	switch {
	case opts.name == "normal_unary_timeout":
		return append(out, client.WithUnaryOptions(client.WithUnaryRPCTimeout(short)))
	case strings.HasPrefix(opts.name, "normal_"):
		call, stream, recv, send := counting(0)
		callB, streamB, recvB, sendB := counting(1)
		return append(out,
			client.WithUnaryOptions(client.WithUnaryMiddleware(call),
				client.WithUnaryMiddlewareBuilder(func(context.Context) endpoint.UnaryMiddleware { return callB })),
			client.WithStreamOptions(
				client.WithStreamMiddleware(stream),
				client.WithStreamMiddlewareBuilder(func(context.Context) cep.StreamMiddleware { return streamB }),
				client.WithStreamRecvMiddleware(recv),
				client.WithStreamRecvMiddlewareBuilder(func(context.Context) cep.StreamRecvMiddleware { return recvB }),
				client.WithStreamSendMiddleware(send),
				client.WithStreamSendMiddlewareBuilder(func(context.Context) cep.StreamSendMiddleware { return sendB })))
	case strings.HasPrefix(opts.name, "client_middleware_"):
		return append(out, changingClient()...)
	case strings.HasPrefix(opts.name, "recv_timeout_"):
		return append(out, slowRecv(), client.WithStreamOptions(client.WithStreamRecvTimeoutConfig(recvTimeout(opts.name))))
	case opts.name == "stream_log_id":
		return append(out, logIDClient()...)
	}
	return out
}

// changingClient expects requests, and changes responses, or answers calls itself.
func changingClient() []client.Option {
	call := func(endpoint.UnaryEndpoint) endpoint.UnaryEndpoint {
		return func(_ context.Context, req, resp any) error { return answer(req, resp) }
	}
	recv := func(next cep.StreamRecvEndpoint) cep.StreamRecvEndpoint {
		return func(ctx context.Context, stream streaming.ClientStream, message any) error {
			err := next(ctx, stream, message)
			if err == nil {
				*textOf(message) += "-modified"
			}
			return err
		}
	}
	send := func(next cep.StreamSendEndpoint) cep.StreamSendEndpoint {
		return func(ctx context.Context, stream streaming.ClientStream, message any) error {
			if text := *textOf(message); !strings.HasPrefix(text, "request") {
				return fmt.Errorf("want a request, got %q", text)
			}
			return next(ctx, stream, message)
		}
	}
	return []client.Option{client.WithUnaryOptions(client.WithUnaryMiddleware(call)),
		client.WithStreamOptions(client.WithStreamRecvMiddleware(recv), client.WithStreamSendMiddleware(send))}
}

// slowRecv takes longer than the limit of a Recv.
func slowRecv() client.Option {
	return client.WithStreamOptions(client.WithStreamRecvMiddleware(func(next cep.StreamRecvEndpoint) cep.StreamRecvEndpoint {
		return func(ctx context.Context, stream streaming.ClientStream, message any) error {
			time.Sleep(short + behind)
			return next(ctx, stream, message)
		}
	}))
}

// serverHooks are those of all cases. Each looks for the case that it is for.
func serverHooks() []server.Option {
	call, stream, recv, send := countingAtServer(0)
	callB, streamB, recvB, sendB := countingAtServer(1)
	return []server.Option{
		server.WithMiddleware(wrapOldStream),
		server.WithUnaryOptions(
			server.WithUnaryMiddleware(begin), server.WithUnaryMiddleware(changeCall), server.WithUnaryMiddleware(call),
			server.WithUnaryMiddlewareBuilder(func(context.Context) endpoint.UnaryMiddleware { return callB })),
		server.WithStreamOptions(
			server.WithStreamMiddleware(beginStream), server.WithStreamMiddleware(stream),
			server.WithStreamMiddlewareBuilder(func(context.Context) sep.StreamMiddleware { return streamB }),
			server.WithStreamRecvMiddleware(recv), server.WithStreamRecvMiddleware(changeRecv),
			server.WithStreamRecvMiddlewareBuilder(func(context.Context) sep.StreamRecvMiddleware { return recvB }),
			server.WithStreamSendMiddleware(send), server.WithStreamSendMiddleware(changeSend),
			server.WithStreamSendMiddlewareBuilder(func(context.Context) sep.StreamSendMiddleware { return sendB })),
	}
}

// begin gives a call something to count with.
func begin(next endpoint.UnaryEndpoint) endpoint.UnaryEndpoint {
	return func(ctx context.Context, req, resp any) error {
		return next(context.WithValue(ctx, countsKey{}, new(counts)), req, resp)
	}
}

// beginStream does the same for a stream, and looks for the wrapper of an older middleware.
func beginStream(next sep.StreamEndpoint) sep.StreamEndpoint {
	return func(ctx context.Context, stream streaming.ServerStream) error {
		if err := wrapperKept(ctx, stream); err != nil {
			return err
		}
		return next(context.WithValue(ctx, countsKey{}, new(counts)), stream)
	}
}

func countingAtServer(i int) (endpoint.UnaryMiddleware, sep.StreamMiddleware, sep.StreamRecvMiddleware, sep.StreamSendMiddleware) {
	return func(next endpoint.UnaryEndpoint) endpoint.UnaryEndpoint {
			return func(ctx context.Context, req, resp any) error {
				countsOf(ctx).call[i]++
				return next(ctx, req, resp)
			}
		}, func(next sep.StreamEndpoint) sep.StreamEndpoint {
			return func(ctx context.Context, stream streaming.ServerStream) error {
				countsOf(ctx).stream[i]++
				return next(ctx, stream)
			}
		}, func(next sep.StreamRecvEndpoint) sep.StreamRecvEndpoint {
			return func(ctx context.Context, stream streaming.ServerStream, message any) error {
				// The one request of a server stream is received with the context of the call.
				if counted := countsOf(ctx); counted != nil {
					counted.recv[i]++
				}
				return next(ctx, stream, message)
			}
		}, func(next sep.StreamSendEndpoint) sep.StreamSendEndpoint {
			return func(ctx context.Context, stream streaming.ServerStream, message any) error {
				countsOf(ctx).send[i]++
				return next(ctx, stream, message)
			}
		}
}

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/bytedance/gopkg/cloud/metainfo"
	"github.com/cloudwego/kitex/client"
	"github.com/cloudwego/kitex/client/callopt/streamcall"
	"github.com/cloudwego/kitex/pkg/endpoint/cep"
	"github.com/cloudwego/kitex/pkg/logid"
	"github.com/cloudwego/kitex/pkg/remote/trans/nphttp2/codes"
	"github.com/cloudwego/kitex/pkg/remote/trans/nphttp2/metadata"
	"github.com/cloudwego/kitex/pkg/remote/trans/nphttp2/status"
	"github.com/cloudwego/kitex/pkg/streaming"
)

// context has the metainfo that tells the server's half what to do.
func (c *caller[M]) context() context.Context {
	ctx := metainfo.WithValue(context.Background(), keyCase, c.opts.name)
	return metainfo.WithValue(ctx, keyRun, c.opts.run)
}

// fails expects the call to fail, for the handler is told an error.
func fails[M any](call func(*caller[M], context.Context) error) func(*caller[M]) error {
	return func(c *caller[M]) error {
		err := call(c, metainfo.WithValue(c.context(), "ERROR", "told to"))
		if err == nil || !strings.Contains(err.Error(), "told to") {
			return fmt.Errorf("want the error of the handler, got %v", err)
		}
		return nil
	}
}

func pingPongWith[M any](c *caller[M], ctx context.Context) error {
	_, err := c.pingPong(ctx, "hello", "world")
	return err
}

func unaryWith[M any](c *caller[M], ctx context.Context) error {
	_, err := c.only.unary(ctx, "unary")
	return err
}

func pingWith[M any](c *caller[M], ctx context.Context) error { return c.only.ping(ctx) }

func oneway[M any](c *caller[M]) error {
	return c.only.oneway(metainfo.WithValue(c.context(), "MESSAGE", "oneway"), "oneway")
}

func onewayException[M any](c *caller[M]) error {
	err := c.only.oneway(c.context(), "oneway")
	if err == nil || !strings.Contains(err.Error(), "invalid message") {
		return fmt.Errorf("want the error of the handler, got %v", err)
	}
	return nil
}

func ping[M any](c *caller[M]) error { return c.only.ping(c.context()) }

// untilCanceled receives until the client has given up by itself.
func untilCanceled[M any](ctx context.Context, stream streaming.BidiStreamingServer[M, M]) error {
	if err := begun(stream); err != nil {
		return err
	}
	_, err := drain(func() (*M, error) { return stream.Recv(ctx) })
	return judged(ctx, canceledAtServer(ctx, err))
}

// ownTimeout is a timeout of the caller's, around a Recv.
func ownTimeout[M any](c *caller[M]) error {
	ctx, cancel := c.open()
	defer cancel()
	stream, err := c.bidi(ctx)
	if err != nil {
		return err
	}
	if err := waitForBegun(stream); err != nil {
		return err
	}
	err = streaming.CallWithTimeout(short, cancel, func() error {
		_, err := stream.Recv(ctx)
		return err
	})
	return isOwnTimeout(err)
}

// ownTimeoutOfSend is the same around a Send, whose middleware takes its time.
func ownTimeoutOfSend[M any](c *caller[M]) error {
	ctx, cancel := c.open()
	defer cancel()
	stream, err := c.bidi(ctx)
	if err != nil {
		return err
	}
	if err := waitForBegun(stream); err != nil {
		return err
	}
	err = streaming.CallWithTimeout(short, cancel, func() error {
		time.Sleep(short + behind)
		return stream.Send(ctx, newMsg[M]("m"))
	})
	// Kitex's TTHeader Streaming client sees a context that is done when it waits for a message.
	_, _ = stream.Recv(ctx)
	return isOwnTimeout(err)
}

func isOwnTimeout(err error) error {
	if err == nil || !strings.Contains(err.Error(), "timeout in business code") {
		return fmt.Errorf("want the caller's timeout, got %v", err)
	}
	return nil
}

// giveUpAtServer is a timeout of the handler's around its Recv.
func giveUpAtServer[M any](ctx context.Context, stream streaming.BidiStreamingServer[M, M]) error {
	own, cancel := context.WithCancel(ctx)
	defer cancel()
	return streaming.CallWithTimeout(short, cancel, func() error {
		_, err := stream.Recv(own)
		return err
	})
}

func recvFails[M any](c *caller[M]) error {
	ctx := c.context()
	stream, err := c.bidi(ctx)
	if err != nil {
		return err
	}
	if _, err := stream.Recv(ctx); err == nil || errors.Is(err, io.EOF) {
		return fmt.Errorf("want an error, got %v", err)
	}
	return nil
}

// recvTimeoutExceeded is the limit of one Recv, which includes its middleware.
func recvTimeoutExceeded[M any](c *caller[M]) error {
	ctx, cancel := context.WithCancel(c.counted(1))
	defer cancel()
	var options []streamcall.Option
	if c.opts.perCall {
		options = append(options, streamcall.WithRecvTimeoutConfig(streaming.TimeoutConfig{Timeout: short}))
	}
	stream, err := c.bidi(ctx, options...)
	if err != nil {
		return err
	}
	if err := stream.Send(ctx, newMsg[M]("request")); err != nil {
		return err
	}
	_, err = stream.Recv(ctx)
	if st, ok := status.FromError(err); err == nil || !ok || st.Code() != statusRecvTimeout {
		return fmt.Errorf("want status %d, got %v", codes.Code(statusRecvTimeout), err)
	}
	return nil
}

// logIDClient makes the id of a stream in a middleware, which the inner ones and the server see.
func logIDClient() []client.Option {
	return []client.Option{client.WithStreamOptions(
		client.WithStreamMiddleware(func(next cep.StreamEndpoint) cep.StreamEndpoint {
			return func(ctx context.Context) (streaming.ClientStream, error) {
				id := logid.GenerateStreamLogID(ctx)
				ctx = metainfo.WithValue(logid.NewCtxWithStreamLogID(ctx, id), "EXPECTED", id)
				ctx = metadata.AppendToOutgoingContext(ctx, "expected", id)
				return next(ctx)
			}
		}))}
}

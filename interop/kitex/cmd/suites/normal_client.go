package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/bytedance/gopkg/cloud/metainfo"
	"github.com/cloudwego/kitex/pkg/kerrors"
	"github.com/cloudwego/kitex/pkg/remote/trans/nphttp2"
	"github.com/cloudwego/kitex/pkg/remote/trans/nphttp2/codes"
	"github.com/cloudwego/kitex/pkg/remote/trans/nphttp2/metadata"
	"github.com/cloudwego/kitex/pkg/remote/trans/nphttp2/status"
	"github.com/cloudwego/kitex/pkg/streaming"
)

// normal is the context of a call, and what its hooks count.
func (c *caller[M]) normal(mode string) (context.Context, *counts) {
	ctx := metainfo.WithValue(c.context(), "METAKEY", "METAVALUE")
	ctx = metadata.AppendToOutgoingContext(ctx, "metadatakey", "metadatavalue")
	if mode != "" {
		ctx = metadata.AppendToOutgoingContext(ctx, modeKey, mode)
	}
	counted := new(counts)
	return context.WithValue(ctx, countsKey{}, counted), counted
}

func normalUnaryTimeout[M any](c *caller[M]) error {
	ctx, _ := c.normal("")
	_, err := c.pingPong(ctx, "ping", "")
	if !kerrors.IsTimeoutError(err) {
		return fmt.Errorf("want a timeout, got %v", err)
	}
	return nil
}

func normalUnaryMiddleware[M any](c *caller[M]) error {
	ctx, counted := c.normal("")
	text, err := c.pingPong(ctx, "ping", "")
	return errors.Join(err, expect("response", text, "pong"), expect("middleware", counted.call, [2]int{1, 1}))
}

func normalUnaryBizStatus[M any](c *caller[M]) error {
	ctx, _ := c.normal(bizErr)
	header, trailer := metadata.MD{}, metadata.MD{}
	ctx = nphttp2.GRPCTrailer(nphttp2.GRPCHeader(ctx, &header), &trailer)
	_, err := c.pingPong(ctx, "ping", "")
	return errors.Join(isBiz(err, 10000, "biz"), expect("header", fmt.Sprint(header.Get(modeKey)), "["+bizErr+"]"),
		expect("trailer", fmt.Sprint(trailer.Get(modeKey)), "["+bizErr+"]"))
}

func isBiz(err error, code int32, message string) error {
	biz, ok := kerrors.FromBizStatusError(err)
	if !ok || biz.BizStatusCode() != code || biz.BizMessage() != message {
		return fmt.Errorf("want business status %d %s, got %v", code, message, err)
	}
	return nil
}

// ended checks what the server has set, and what the hooks of a stream have counted. Kitex's TTHeader Streaming
// can be asked for a header once.
func ended(stream streaming.ClientStream, counted *counts, recv, send int, more ...string) error {
	header, err := stream.Header()
	if err != nil {
		return err
	}
	for _, key := range more {
		if header[key] == "" {
			return fmt.Errorf("no header %s", key)
		}
	}
	trailer, err := stream.Trailer()
	return errors.Join(err, expect("header", header["headerkey"], "headervalue"),
		expect("trailer", trailer["trailerkey"], "trailervalue"),
		expect("stream middleware", counted.stream, [2]int{1, 1}),
		expect("recv", counted.recv, [2]int{recv, recv}), expect("send", counted.send, [2]int{send, send}))
}

func normalBidi[M any](c *caller[M]) error {
	ctx, counted := c.normal("")
	stream, err := c.bidi(ctx)
	if err != nil {
		return err
	}
	for range times {
		if err := stream.Send(ctx, newMsg[M]("ping")); err != nil {
			return err
		}
		res, err := stream.Recv(ctx)
		if err != nil || *textOf(res) != "pong" {
			return fmt.Errorf("want pong, got %v %v", res, err)
		}
	}
	if err := stream.CloseSend(ctx); err != nil {
		return err
	}
	if _, err := stream.Recv(ctx); !errors.Is(err, io.EOF) {
		return fmt.Errorf("want the end, got %v", err)
	}
	return ended(stream, counted, times+1, times)
}

func (c *caller[M]) requests(ctx context.Context) (streaming.ClientStreamingClient[M, M], error) {
	stream, err := c.client(ctx)
	for i := 0; i < times && err == nil; i++ {
		err = stream.Send(ctx, newMsg[M]("ping"))
	}
	return stream, err
}

func normalClient[M any](c *caller[M]) error {
	ctx, counted := c.normal("")
	stream, err := c.requests(ctx)
	if err != nil {
		return err
	}
	res, err := stream.CloseAndRecv(ctx)
	if err != nil || *textOf(res) != "pong" {
		return fmt.Errorf("want pong, got %v %v", res, err)
	}
	return ended(stream, counted, 1, times)
}

func normalClientErrors[M any](c *caller[M]) error {
	for mode, wrong := range map[string]func(error) error{
		grpcErr: func(err error) error { return isInternal(err, "grpc") },
		bizErr:  func(err error) error { return isBiz(err, 10000, "biz") },
		noneErr: func(err error) error { return isInternal(err, "other [biz error]") },
	} {
		ctx, _ := c.normal(mode)
		stream, err := c.requests(ctx)
		if err != nil {
			return err
		}
		_, err = stream.CloseAndRecv(ctx)
		if err := wrong(err); err != nil {
			return err
		}
	}
	return nil
}

func isInternal(err error, text string) error {
	st, ok := status.FromError(err)
	if err == nil || !ok || st.Code() != codes.Internal || !strings.HasPrefix(st.Message(), text) {
		return fmt.Errorf("want status 13 that begins with %q, got %v", text, err)
	}
	return nil
}

func normalServer[M any](c *caller[M]) error {
	ctx, counted := c.normal("")
	stream, err := c.server(ctx, newMsg[M]("ping"))
	if err != nil {
		return err
	}
	received, err := drain(func() (*M, error) { return stream.Recv(ctx) })
	if err := errors.Join(err, expect("received", received, times)); err != nil {
		return err
	}
	return ended(stream, counted, times+1, 1, "headerkey1")
}

func normalBizError[M any](c *caller[M]) error {
	ctx, _ := c.normal("")
	stream, err := c.bidi(ctx)
	if err != nil {
		return err
	}
	if err := stream.Send(ctx, newMsg[M]("biz_error")); err != nil {
		return err
	}
	_, err = stream.Recv(ctx)
	return isBiz(err, 404, "not found")
}

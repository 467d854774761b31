package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/bytedance/gopkg/cloud/metainfo"
	"github.com/cloudwego/kitex/pkg/kerrors"
	"github.com/cloudwego/kitex/pkg/rpcinfo"
	"github.com/cloudwego/kitex/pkg/streaming"
	"github.com/cloudwego/kitex/transport"

	gen "streamgen/interop/kitex/kitex_gen/suites"
	genpb "streamgen/interop/kitex/kitex_gen/suitespb"
)

type thriftHandler struct{}

func (thriftHandler) Bidi(ctx context.Context, stream gen.Suite_BidiServer) error {
	return serveBidi[gen.Msg](ctx, stream)
}

func (thriftHandler) Client(ctx context.Context, stream gen.Suite_ClientServer) error {
	return serveClient[gen.Msg](ctx, stream)
}

func (thriftHandler) Server(ctx context.Context, req *gen.Msg, stream gen.Suite_ServerServer) error {
	return serveServer[gen.Msg](ctx, req, stream)
}

func (thriftHandler) Unary(ctx context.Context, req *gen.Msg) (*gen.Msg, error) {
	if err := errorOf(ctx); err != nil {
		return nil, err
	}
	return &gen.Msg{Message: req.Message}, nil
}

func (thriftHandler) PingPong(ctx context.Context, req1, req2 *gen.Msg) (*gen.Msg, error) {
	text, err := servePingPong(ctx, req1.Message, req2.Message)
	return &gen.Msg{Message: text}, err
}

func (thriftHandler) Oneway(ctx context.Context, req *gen.Msg) error {
	if want, _ := metainfo.GetValue(ctx, "MESSAGE"); want != req.Message {
		return errors.New("invalid message")
	}
	return errorOf(ctx)
}

func (thriftHandler) Ping(ctx context.Context) error { return errorOf(ctx) }

type protobufHandler struct{}

func (protobufHandler) Bidi(ctx context.Context, stream genpb.SuitePb_BidiServer) error {
	return serveBidi[genpb.Msg](ctx, stream)
}

func (protobufHandler) Client(ctx context.Context, stream genpb.SuitePb_ClientServer) error {
	return serveClient[genpb.Msg](ctx, stream)
}

func (protobufHandler) Server(ctx context.Context, req *genpb.Msg, stream genpb.SuitePb_ServerServer) error {
	return serveServer[genpb.Msg](ctx, req, stream)
}

func (protobufHandler) PingPong(ctx context.Context, req *genpb.Msg) (*genpb.Msg, error) {
	text, err := servePingPong(ctx, req.Message, "")
	return &genpb.Msg{Message: text}, err
}

// caseOf is the case that the client's half belongs to.
func caseOf(ctx context.Context) string {
	name, _ := metainfo.GetValue(ctx, keyCase)
	return name
}

// verdict prints what a half of the server found.
func verdict(ctx context.Context, err error) {
	run, _ := metainfo.GetValue(ctx, keyRun)
	if err != nil {
		say("verdict %s %v", run, err)
		return
	}
	say("verdict %s ok", run)
}

// judged is the result of a handler that nobody waits for any more.
func judged(ctx context.Context, err error) error {
	verdict(ctx, err)
	return nil
}

// errorOf is the error that the client wants: an error, a business status, or that of its own deadline.
func errorOf(ctx context.Context) error {
	text, _ := metainfo.GetValue(ctx, "ERROR")
	switch text {
	case "":
		return nil
	case "biz":
		return kerrors.NewGRPCBizStatusError(100, "biz error")
	case "deadline":
		giveUp(ctx)
	}
	return errors.New(text)
}

func countOf(ctx context.Context) int {
	text, _ := metainfo.GetValue(ctx, "COUNT")
	count, _ := strconv.Atoi(text)
	return count
}

func isGRPC(ctx context.Context) bool {
	return rpcinfo.GetRPCInfo(ctx).Config().TransportProtocol()&transport.GRPC == transport.GRPC
}

func serveBidi[M any](ctx context.Context, stream streaming.BidiStreamingServer[M, M]) error {
	if half, ok := bidiHalves[M]()[caseOf(ctx)]; ok {
		return half(ctx, stream)
	}
	if err := errorOf(ctx); err != nil {
		return err
	}
	count := countOf(ctx)
	if count == 0 {
		return errors.New("no COUNT")
	}
	for range count {
		req, err := stream.Recv(ctx)
		if err != nil {
			return err
		}
		if err := stream.Send(ctx, newMsg[M](*textOf(req))); err != nil {
			return err
		}
	}
	return nil
}

func serveClient[M any](ctx context.Context, stream streaming.ClientStreamingServer[M, M]) error {
	if half, ok := requestHalves[M]()[caseOf(ctx)]; ok {
		return half(ctx, stream)
	}
	if err := errorOf(ctx); err != nil {
		return err
	}
	count := countOf(ctx)
	for range count {
		if _, err := stream.Recv(ctx); err != nil {
			return err
		}
	}
	return stream.SendAndClose(ctx, newMsg[M](strconv.Itoa(count)))
}

func serveServer[M any](ctx context.Context, req *M, stream streaming.ServerStreamingServer[M]) error {
	if half, ok := responseHalves[M]()[caseOf(ctx)]; ok {
		return half(ctx, req, stream)
	}
	if err := errorOf(ctx); err != nil {
		return err
	}
	for i := range countOf(ctx) {
		if err := stream.Send(ctx, newMsg[M](fmt.Sprintf("%s-%d", *textOf(req), i))); err != nil {
			return err
		}
	}
	return nil
}

func servePingPong(ctx context.Context, first, second string) (string, error) {
	if err := errorOf(ctx); err != nil {
		return "", err
	}
	switch caseOf(ctx) {
	case "normal_unary_timeout":
		time.Sleep(slowly)
		return "pong", nil
	case "normal_unary_middleware", "normal_unary_biz_status":
		return serveNormalUnary(ctx, first)
	}
	if second == "" {
		return first, nil
	}
	return first + "-" + second, nil
}

// drain receives to the end, and counts.
func drain[M any](recv func() (*M, error)) (int, error) {
	for count := 0; ; count++ {
		if _, err := recv(); errors.Is(err, io.EOF) {
			return count, nil
		} else if err != nil {
			return count, err
		}
	}
}

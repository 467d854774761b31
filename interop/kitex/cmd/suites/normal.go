package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/bytedance/gopkg/cloud/metainfo"
	"github.com/cloudwego/kitex/pkg/kerrors"
	"github.com/cloudwego/kitex/pkg/remote/trans/nphttp2"
	"github.com/cloudwego/kitex/pkg/remote/trans/nphttp2/codes"
	"github.com/cloudwego/kitex/pkg/remote/trans/nphttp2/metadata"
	"github.com/cloudwego/kitex/pkg/remote/trans/nphttp2/status"
	"github.com/cloudwego/kitex/pkg/streaming"
)

const (
	// times is how many messages go each way.
	times   = 10
	modeKey = "return_err_mode"
	grpcErr = "return_grpc_err"
	bizErr  = "return_biz_err"
	noneErr = "return_other_err"
)

// counts is how often hooks have run, first those that were given, then those of builders.
type counts struct{ call, stream, recv, send [2]int }

type countsKey struct{}

func countsOf(ctx context.Context) *counts {
	found, _ := ctx.Value(countsKey{}).(*counts)
	return found
}

// expect compares.
func expect[T comparable](what string, got, want T) error {
	if got != want {
		return fmt.Errorf("%s: got %v, want %v", what, got, want)
	}
	return nil
}

// given checks what every client sends with a call of these cases.
func given(ctx context.Context, stream bool) error {
	value, _ := metainfo.GetValue(ctx, "METAKEY")
	if err := expect("METAKEY", value, "METAVALUE"); err != nil {
		return err
	}
	if !stream || !isGRPC(ctx) {
		return nil
	}
	md, _ := metadata.FromIncomingContext(ctx)
	return expect("metadatakey", fmt.Sprint(md.Get("metadatakey")), "[metadatavalue]")
}

// returned is the error that a client has asked for.
func returned(ctx context.Context) error {
	md, _ := metadata.FromIncomingContext(ctx)
	for _, mode := range md.Get(modeKey) {
		switch mode {
		case grpcErr:
			return status.Err(codes.Internal, "grpc")
		case bizErr:
			return kerrors.NewBizStatusError(10000, "biz")
		case noneErr:
			return errors.New("other")
		}
	}
	return nil
}

// slowly is far longer than the client waits, on a busy machine too. Nobody waits for the handler.
const slowly = long / 2

func serveNormalUnary(ctx context.Context, text string) (string, error) {
	if err := errors.Join(given(ctx, false), expect("message", text, "ping"),
		expect("middleware", countsOf(ctx).call, [2]int{1, 1})); err != nil {
		return "", err
	}
	if caseOf(ctx) == "normal_unary_middleware" {
		return "pong", nil
	}
	md := metadata.MD{modeKey: []string{bizErr}}
	if err := errors.Join(nphttp2.SendHeader(ctx, md), nphttp2.SetTrailer(ctx, md)); err != nil {
		return "", err
	}
	return "", returned(ctx)
}

// setMetadata sets what clients look for.
func setMetadata(stream streaming.ServerStream) error {
	return errors.Join(stream.SetHeader(streaming.Header{"headerkey": "headervalue"}),
		stream.SetTrailer(streaming.Trailer{"trailerkey": "trailervalue"}))
}

func serveNormalBidi[M any](ctx context.Context, stream streaming.BidiStreamingServer[M, M]) error {
	if err := errors.Join(given(ctx, true), setMetadata(stream),
		expect("stream middleware", countsOf(ctx).stream, [2]int{1, 1})); err != nil {
		return err
	}
	if !isGRPC(ctx) && headers.Load() == 0 {
		return errors.New("the hook of HEADER frames has not run")
	}
	for {
		req, err := stream.Recv(ctx)
		if errors.Is(err, io.EOF) {
			return errors.Join(expect("recv", countsOf(ctx).recv, [2]int{times + 1, times + 1}),
				expect("send", countsOf(ctx).send, [2]int{times, times}))
		}
		if err != nil {
			return err
		}
		if *textOf(req) == "biz_error" {
			return kerrors.NewBizStatusError(404, "not found")
		}
		if err := stream.Send(ctx, newMsg[M]("pong")); err != nil {
			return err
		}
	}
}

func serveNormalClient[M any](ctx context.Context, stream streaming.ClientStreamingServer[M, M]) error {
	if err := errors.Join(given(ctx, true), setMetadata(stream)); err != nil {
		return err
	}
	received, err := drain(func() (*M, error) { return stream.Recv(ctx) })
	if err := errors.Join(err, expect("received", received, times),
		expect("recv", countsOf(ctx).recv, [2]int{times + 1, times + 1})); err != nil {
		return err
	}
	if err := stream.SendAndClose(ctx, newMsg[M]("pong")); err != nil {
		return err
	}
	if err := expect("send", countsOf(ctx).send, [2]int{1, 1}); err != nil {
		return err
	}
	return returned(ctx)
}

func serveNormalServer[M any](ctx context.Context, req *M, stream streaming.ServerStreamingServer[M]) error {
	if err := errors.Join(given(ctx, true), setMetadata(stream), expect("message", *textOf(req), "ping"),
		stream.SendHeader(streaming.Header{"headerkey1": "headervalue1"})); err != nil {
		return err
	}
	for range times {
		if err := stream.Send(ctx, newMsg[M]("pong")); err != nil {
			return err
		}
	}
	return expect("send", countsOf(ctx).send, [2]int{times, times})
}

package main

import (
	"context"
	"net"
	"sync/atomic"
	"time"

	"github.com/cloudwego/kitex/pkg/remote"
	"github.com/cloudwego/kitex/pkg/remote/codec/thrift"
	"github.com/cloudwego/kitex/pkg/remote/trans/ttstream"
	"github.com/cloudwego/kitex/pkg/rpcinfo"
	"github.com/cloudwego/kitex/pkg/transmeta"
	"github.com/cloudwego/kitex/pkg/utils/contextmap"
	"github.com/cloudwego/kitex/server"

	"streamgen/interop/kitex/kitex_gen/combine/combineservice"
	"streamgen/interop/kitex/kitex_gen/suites/abc"
	"streamgen/interop/kitex/kitex_gen/suites/suite"
	"streamgen/interop/kitex/kitex_gen/suitespb/suitepb"
)

// headers counts the HEADER frames of TTHeader Streaming that its hook has seen.
var headers atomic.Int32

type headerFrames struct{}

func (headerFrames) OnReadStream(ctx context.Context, _ ttstream.IntHeader, _ ttstream.StrHeader) (context.Context, error) {
	headers.Add(1)
	return ctx, nil
}

// profile is a port of its own.
type profile struct {
	name     string
	options  []server.Option
	register func(server.Server) error
}

// profiles are the ports. Kitex serves a combined service alone.
func profiles() []profile {
	frugal := server.WithPayloadCodec(thrift.NewThriftCodecWithConfig(thrift.FrugalReadWrite))
	return []profile{
		{"plain", nil, register},
		{"frugal", []server.Option{frugal}, register},
		{"combine", nil, func(svr server.Server) error {
			return combineservice.RegisterService(svr, &combineHandler{})
		}},
	}
}

// serve runs the servers until the input ends.
func serve() error {
	for _, profile := range profiles() {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return err
		}
		svr := server.NewServer(append(serverOptions(listener), profile.options...)...)
		if err := profile.register(svr); err != nil {
			return err
		}
		say("%s %s", profile.name, listener.Addr())
		go func() {
			if err := svr.Run(); err != nil {
				say("suites: %v", err)
			}
		}()
	}
	say("ready")
	untilInputEnds()
	return nil
}

func register(svr server.Server) error {
	if err := suite.RegisterService(svr, &thriftHandler{}, server.WithFallbackService()); err != nil {
		return err
	}
	if err := suitepb.RegisterService(svr, &protobufHandler{}); err != nil {
		return err
	}
	return abc.RegisterService(svr, &abcHandler{})
}

func serverOptions(listener net.Listener) []server.Option {
	withMap := remote.WithOnReadStream(func(ctx context.Context) (context.Context, error) {
		return contextmap.WithContextMap(ctx), nil
	})
	out := []server.Option{
		server.WithListener(listener),
		server.WithExitWaitTime(10 * time.Millisecond),
		server.WithServerBasicInfo(&rpcinfo.EndpointBasicInfo{ServiceName: "suites-server"}),
		server.WithMetaHandler(transmeta.ServerTTHeaderHandler),
		server.WithMetaHandler(transmeta.ServerHTTP2Handler),
		server.WithMetaHandler(remote.NewCustomMetaHandler(withMap)),
		// Generated NewServer sets this too: without it unary calls over gRPC do not work.
		server.WithCompatibleMiddlewareForUnary(),
		server.WithTTHeaderStreamingOptions(server.WithTTHeaderStreamingTransportOptions(
			ttstream.WithServerHeaderFrameHandler(headerFrames{}))),
	}
	return append(out, serverHooks()...)
}

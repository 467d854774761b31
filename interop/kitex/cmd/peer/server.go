package main

import (
	"net"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/cloudwego/kitex/pkg/klog"
	"github.com/cloudwego/kitex/pkg/limit"
	"github.com/cloudwego/kitex/pkg/limiter"
	"github.com/cloudwego/kitex/pkg/rpcinfo"
	"github.com/cloudwego/kitex/pkg/transmeta"
	"github.com/cloudwego/kitex/server"

	"streamgen/interop/kitex/kitex_gen/peerpb/otherpb"
	"streamgen/interop/kitex/kitex_gen/peerpb/peerpb"
	"streamgen/interop/kitex/kitex_gen/peerthrift/other"
	"streamgen/interop/kitex/kitex_gen/peerthrift/peer"
)

// Names by which the two programs introduce themselves on wires that carry a name.
const (
	serverName = "peer-server"
	clientName = "peer-client"
)

// peerHandler serves Peer, under the name that the IDL gives it.
type peerHandler struct {
	outcomes *outcomeTable
	service  string
}

// otherHandler serves Other, likewise.
type otherHandler struct {
	outcomes *outcomeTable
	service  string
}

// serve runs the server of one IDL on every wire of that family, told apart on one port,
// until a signal or -stop-after ends it.
func serve(opts serverOptions) error {
	listener, err := listen(opts.addr)
	if err != nil {
		return err
	}
	options := []server.Option{
		server.WithListener(listener),
		server.WithServerBasicInfo(&rpcinfo.EndpointBasicInfo{ServiceName: opts.name}),
		server.WithExitWaitTime(opts.exitWait),
		server.WithExitSignal(func() <-chan error { return stopSignal(opts.stopAfter) }),
		server.WithMetaHandler(transmeta.ServerTTHeaderHandler),
		// A deadline for the handler from TTHeader's RPC timeout, which Kitex leaves off by default.
		server.WithEnableContextTimeout(true),
		// Generated NewServer sets this too: without it unary calls over gRPC do not work.
		server.WithCompatibleMiddlewareForUnary(),
	}
	listed, err := opts.listed()
	if err != nil {
		return err
	}
	options = append(options, listed...)
	if opts.muxCalls {
		options = append(options, server.WithMuxTransport())
	}
	if opts.checksum {
		options = append(options, server.WithCodec(checkingCodec()))
	}
	if opts.maxQPS > 0 {
		options = append(options, server.WithLimit(&limit.Option{MaxQPS: opts.maxQPS}))
	}
	if opts.qpsLimiter > 0 {
		options = append(options, server.WithQPSLimiter(limiter.NewQPSLimiter(time.Second, opts.qpsLimiter)))
	}
	svr := server.NewServer(options...)
	if err := registerServices(svr, opts.family, opts.services); err != nil {
		return err
	}
	emit("listening", fields{"services": opts.services, "~addr": listener.Addr().String()})
	if err := svr.Run(); err != nil {
		// Kitex reports an exit wait that ran out, as it always does while a stream's
		// connection is open; the server has stopped all the same.
		klog.Warnf("stop: %v", err)
	}
	emit("stopped", fields{})
	return nil
}

// listen listens on an address, or takes the socket that standard input is: "inherited".
func listen(addr string) (net.Listener, error) {
	if addr == "inherited" {
		return net.FileListener(os.Stdin)
	}
	return net.Listen("tcp", addr)
}

func registerServices(svr server.Server, family family, names []string) error {
	outcomes := newOutcomeTable()
	peers := &peerHandler{outcomes, family.serviceName("Peer")}
	others := &otherHandler{outcomes, family.serviceName("Other")}
	for _, name := range names {
		var err error
		switch {
		case name == "peer" && family == protobufFamily:
			err = peerpb.RegisterService(svr, &peerPbHandler{peers}, server.WithFallbackService())
		case name == "peer":
			err = peer.RegisterService(svr, peers, server.WithFallbackService())
		case family == protobufFamily:
			err = otherpb.RegisterService(svr, &otherPbHandler{others})
		default:
			err = other.RegisterService(svr, others)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// stopSignal gives the channel on which Kitex waits for its end.
func stopSignal(after time.Duration) <-chan error {
	stop := make(chan error, 1)
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM)
	var timer <-chan time.Time
	if after > 0 {
		timer = time.After(after)
	}
	go func() {
		select {
		case <-signals:
		case <-timer:
		}
		emit("stopping", fields{})
		stop <- nil
	}()
	return stop
}

// This program plays Kitex's side of `bench-json echo`: a server or a client of JSON, without generated code.
//
//	kitex-generic serve IDL READER WIRE
//	kitex-generic load IDL READER WIRE ADDRESS METHOD REQUEST CALLERS MILLISECONDS
//
// The reader of the IDL is `default`, or `dynamicgo` for the converter of that name. The wire is `framed` for calls, or
// `ttheader` or `grpc` for streams. The server prints its address, and stays until its input ends. The client
// makes calls, or exchanges messages on streams, and prints how many it made in the time.
package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/cloudwego/kitex/client"
	"github.com/cloudwego/kitex/client/genericclient"
	"github.com/cloudwego/kitex/pkg/connpool"
	"github.com/cloudwego/kitex/pkg/generic"
	"github.com/cloudwego/kitex/pkg/klog"
	"github.com/cloudwego/kitex/pkg/transmeta"
	"github.com/cloudwego/kitex/server"
	"github.com/cloudwego/kitex/server/genericserver"
	"github.com/cloudwego/kitex/transport"
)

// warmUp is not counted.
const warmUp = 300 * time.Millisecond

func main() {
	klog.SetLevel(klog.LevelFatal)
	var err error
	switch args := os.Args[1:]; {
	case len(args) == 4 && args[0] == "serve":
		err = serve(args[1], args[2], args[3])
	case len(args) == 9 && args[0] == "load":
		err = load(args[1:])
	default:
		err = fmt.Errorf("serve or load?")
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "kitex-generic:", err)
		os.Exit(1)
	}
}

func reader(idl, kind string) (generic.Generic, error) {
	open := generic.NewThriftFileProvider
	if kind == "dynamicgo" {
		open = generic.NewThriftFileProviderWithDynamicGo
	}
	provider, err := open(idl)
	if err != nil {
		return nil, err
	}
	return generic.JSONThriftGeneric(provider)
}

func serve(idl, kind, wire string) error {
	g, err := reader(idl, kind)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	handler := &generic.ServiceV2{
		GenericCall: func(_ context.Context, _, _ string, request any) (any, error) { return request, nil },
		BidiStreaming: func(ctx context.Context, _, _ string, stream generic.BidiStreamingServer) error {
			for {
				request, err := stream.Recv(ctx)
				if err == io.EOF {
					return nil
				}
				if err != nil {
					return err
				}
				if err := stream.Send(ctx, request); err != nil {
					return err
				}
			}
		},
	}
	fmt.Println("listening", listener.Addr())
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}()
	return genericserver.NewServerV2(handler, g, server.WithListener(listener)).Run()
}

func load(args []string) error {
	idl, kind, wire, address, method, request := args[0], args[1], args[2], args[3], args[4], args[5]
	callers, err := strconv.Atoi(args[6])
	if err != nil {
		return err
	}
	milliseconds, err := strconv.Atoi(args[7])
	if err != nil {
		return err
	}
	g, err := reader(idl, kind)
	if err != nil {
		return err
	}
	options := []client.Option{client.WithHostPorts(address)}
	switch wire {
	case "grpc":
		options = append(options, client.WithTransportProtocol(transport.GRPC),
			client.WithMetaHandler(transmeta.ClientHTTP2Handler), client.WithGRPCConnPoolSize(1))
	case "framed":
		idle := connpool.IdleConfig{MaxIdlePerAddress: callers, MaxIdleGlobal: callers, MaxIdleTimeout: time.Minute}
		options = append(options, client.WithTransportProtocol(transport.Framed), client.WithLongConnection(idle))
	}
	cli, err := genericclient.NewClient("echo", g, options...)
	if err != nil {
		return err
	}
	var made atomic.Uint64
	failed := make(chan error, callers)
	for range callers {
		go func() { failed <- drive(cli, wire, method, request, &made) }()
	}
	go func() {
		time.Sleep(warmUp)
		before, start := made.Load(), time.Now()
		time.Sleep(time.Duration(milliseconds) * time.Millisecond)
		fmt.Println("made", made.Load()-before, time.Since(start).Nanoseconds())
		os.Exit(0)
	}()
	return <-failed
}

// drive goes on until it fails; the end of the process is its normal end.
func drive(cli genericclient.Client, wire, method, request string, made *atomic.Uint64) error {
	ctx := context.Background()
	if wire == "framed" {
		for {
			if _, err := cli.GenericCall(ctx, method, request); err != nil {
				return err
			}
			made.Add(1)
		}
	}
	stream, err := cli.BidirectionalStreaming(ctx, method)
	if err != nil {
		return err
	}
	for {
		if err := stream.Send(ctx, request); err != nil {
			return err
		}
		if _, err := stream.Recv(ctx); err != nil {
			return err
		}
		made.Add(1)
	}
}

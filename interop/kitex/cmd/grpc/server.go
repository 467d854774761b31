package main

import (
	"flag"
	"fmt"
	"net"
	"os"

	"github.com/cloudwego/kitex/server"

	"streamgen/interop/kitex/kitex_gen/grpctesting/testservice"
)

// runServer serves until a signal ends it. There is no -use_tls: Kitex's servers have no TLS.
func runServer(args []string) error {
	flags := flag.NewFlagSet("server", flag.ExitOnError)
	port := flags.Int("port", 10000, "the port to serve on")
	checkCompression := flags.Bool("check_compression", false, "check expect_compressed")
	if err := flags.Parse(args); err != nil {
		return err
	}
	listener, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", *port))
	if err != nil {
		return err
	}
	fmt.Fprintf(os.Stderr, "interop server listening on %v\n", listener.Addr())
	svr := server.NewServer(
		server.WithListener(listener),
		// Generated NewServer sets this too: without it unary calls over gRPC do not work.
		server.WithCompatibleMiddlewareForUnary(),
	)
	service := &testService{checkCompression: *checkCompression}
	if err := testservice.RegisterService(svr, service); err != nil {
		return err
	}
	return svr.Run()
}

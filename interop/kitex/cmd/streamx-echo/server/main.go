// Command streamx-echo-server serves idl-samples/echo.thrift with Kitex's StreamX code, as
// a peer for examples/echo. It prints one line for each message it receives.
//
// With -like streamx it answers as the StreamX guide does: Echo sends each message back,
// EchoClient answers with the last message, EchoServer sends the request three times.
// With -like thrift_streaming it answers as Kitex's example of that name does: Echo sends
// "server, 0" to "server, 2" whatever comes, EchoClient answers "echoClient" after three
// messages, EchoServer sends "server, 0" to "server, 2".
package main

import (
	"context"
	"flag"
	"fmt"
	"net"
	"os"

	"github.com/cloudwego/kitex/pkg/klog"
	"github.com/cloudwego/kitex/pkg/transmeta"
	"github.com/cloudwego/kitex/server"

	"streamgen/interop/kitex/kitex_gen/echo"
	"streamgen/interop/kitex/kitex_gen/echo/testservice"
)

func main() {
	addr := flag.String("addr", "127.0.0.1:8888", "address to listen on; port 0 chooses one")
	like := flag.String("like", "streamx", "whose answers: streamx or thrift_streaming")
	flag.Parse()
	klog.SetLevel(klog.LevelFatal)

	var handler echo.TestService
	switch *like {
	case "streamx":
		handler = &guide{}
	case "thrift_streaming":
		handler = &example{}
	default:
		fmt.Fprintf(os.Stderr, "streamx-echo-server: unknown -like %q\n", *like)
		os.Exit(2)
	}
	if err := serve(*addr, handler); err != nil {
		fmt.Fprintf(os.Stderr, "streamx-echo-server: %v\n", err)
		os.Exit(1)
	}
}

func serve(addr string, handler echo.TestService) error {
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	fmt.Printf("listening on %s\n", listener.Addr())
	svr := testservice.NewServer(handler,
		server.WithListener(listener),
		server.WithMetaHandler(transmeta.ServerTTHeaderHandler),
	)
	// A stream's connection that is still open makes Kitex's stop report a deadline;
	// the server has stopped all the same.
	if err := svr.Run(); err != nil {
		klog.Warnf("stop: %v", err)
	}
	return nil
}

// ping is PingPong, which both ways have in common.
type ping struct{}

func (ping) PingPong(_ context.Context, req *echo.Request) (*echo.Response, error) {
	received("PingPong", req)
	return &echo.Response{Message: req.Message}, nil
}

func received(method string, req *echo.Request) {
	fmt.Printf("%s: received %s\n", method, req.Message)
}

// Command streamx-echo-client calls the four methods of idl-samples/echo.thrift with
// Kitex's StreamX code, as Kitex's thrift_streaming example does, and prints one line
// for each message that it receives. Exit status: 0, 1 after an error, 2 usage.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"

	"github.com/cloudwego/kitex/client"
	"github.com/cloudwego/kitex/pkg/klog"
	"github.com/cloudwego/kitex/pkg/transmeta"
	"github.com/cloudwego/kitex/transport"

	"streamgen/interop/kitex/kitex_gen/echo"
	"streamgen/interop/kitex/kitex_gen/echo/testservice"
	"streamgen/interop/kitex/patience"
)

func main() {
	addr := flag.String("addr", "127.0.0.1:8888", "the server")
	ttheader := flag.Bool("ttheader", false, "PingPong over TTHeader, as thrift_streaming does, not Framed")
	timeout := flag.Duration("timeout", patience.Call, "longest time for all four calls")
	flag.Parse()
	klog.SetLevel(klog.LevelFatal)

	ctx, cancel := context.WithTimeout(context.Background(), *timeout)
	defer cancel()
	if !callAll(ctx, newClient(*addr, *ttheader)) {
		os.Exit(1)
	}
}

func newClient(addr string, ttheader bool) testservice.Client {
	options := []client.Option{
		client.WithHostPorts(addr),
		client.WithConnectTimeout(patience.Connect),
	}
	if ttheader {
		options = append(options,
			client.WithTransportProtocol(transport.TTHeader),
			client.WithMetaHandler(transmeta.ClientTTHeaderHandler))
	}
	return testservice.MustNewClient("echo-server", options...)
}

// callAll makes every call, also after one has failed, and reports whether all went well.
func callAll(ctx context.Context, cli testservice.Client) bool {
	calls := []struct {
		name string
		run  func(context.Context, testservice.Client) error
	}{
		{"PingPong", pingPong},
		{"Echo", bidi},
		{"EchoClient", clientStreaming},
		{"EchoServer", serverStreaming},
	}
	ok := true
	for _, call := range calls {
		if err := call.run(ctx, cli); err != nil {
			fmt.Fprintf(os.Stderr, "streamx-echo-client: %s: %v\n", call.name, err)
			ok = false
		}
	}
	return ok
}

func pingPong(ctx context.Context, cli testservice.Client) error {
	res, err := cli.PingPong(ctx, &echo.Request{Message: "hello"})
	if err != nil {
		return err
	}
	fmt.Printf("PingPong: %s\n", res.Message)
	return nil
}

// bidi sends on one goroutine and receives on another.
func bidi(ctx context.Context, cli testservice.Client) error {
	stream, err := cli.Echo(ctx)
	if err != nil {
		return err
	}
	sent := make(chan error, 1)
	go func() {
		for i := range 3 {
			if err := stream.Send(ctx, &echo.Request{Message: fmt.Sprintf("client, %d", i)}); err != nil {
				sent <- err
				return
			}
		}
		sent <- stream.CloseSend(ctx)
	}()
	if err := receiveAll(ctx, "Echo", stream); err != nil {
		return err
	}
	return <-sent
}

func clientStreaming(ctx context.Context, cli testservice.Client) error {
	stream, err := cli.EchoClient(ctx)
	if err != nil {
		return err
	}
	for i := range 3 {
		if err := stream.Send(ctx, &echo.Request{Message: fmt.Sprintf("hello, %d", i)}); err != nil {
			return err
		}
	}
	res, err := stream.CloseAndRecv(ctx)
	if err != nil {
		return err
	}
	fmt.Printf("EchoClient: %s\n", res.Message)
	return nil
}

func serverStreaming(ctx context.Context, cli testservice.Client) error {
	stream, err := cli.EchoServer(ctx, &echo.Request{Message: "hello"})
	if err != nil {
		return err
	}
	return receiveAll(ctx, "EchoServer", stream)
}

// receiveAll prints what comes until the end of the stream.
func receiveAll(ctx context.Context, method string, stream interface {
	Recv(context.Context) (*echo.Response, error)
}) error {
	for {
		res, err := stream.Recv(ctx)
		if err == io.EOF {
			fmt.Printf("%s: end\n", method)
			return nil
		}
		if err != nil {
			return err
		}
		fmt.Printf("%s: %s\n", method, res.Message)
	}
}

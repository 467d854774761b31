package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"

	"github.com/cloudwego/kitex/pkg/rpcinfo"
	"github.com/cloudwego/kitex/server"
	etcd "github.com/kitex-contrib/registry-etcd"

	"streamgen/interop/kitex/kitex_gen/echo"
	"streamgen/interop/kitex/kitex_gen/echo/testservice"
)

func serve(service, name, address string) error {
	registry, err := etcd.NewEtcdRegistry([]string{address})
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	svr := testservice.NewServer(&named{name},
		server.WithListener(listener),
		server.WithRegistry(registry),
		server.WithServerBasicInfo(&rpcinfo.EndpointBasicInfo{
			ServiceName: service,
			Tags:        map[string]string{"by": "kitex"},
		}),
	)
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		_ = svr.Stop()
	}()
	fmt.Printf("listening on %s\n", listener.Addr())
	if err := svr.Run(); err != nil {
		return err
	}
	fmt.Println("stopped")
	return nil
}

// named is a handler that answers with its name.
type named struct{ name string }

func (h *named) PingPong(context.Context, *echo.Request) (*echo.Response, error) {
	return &echo.Response{Message: h.name}, nil
}

func (h *named) Echo(ctx context.Context, stream echo.TestService_EchoServer) error {
	for {
		_, err := stream.Recv(ctx)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := stream.Send(ctx, &echo.Response{Message: h.name}); err != nil {
			return err
		}
	}
}

func (*named) EchoClient(context.Context, echo.TestService_EchoClientServer) error {
	return errors.New("nobody calls EchoClient here")
}

func (*named) EchoServer(context.Context, *echo.Request, echo.TestService_EchoServerServer) error {
	return errors.New("nobody calls EchoServer here")
}

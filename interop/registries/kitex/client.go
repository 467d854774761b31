package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/cloudwego/kitex/client"
	"github.com/cloudwego/kitex/transport"
	etcd "github.com/kitex-contrib/registry-etcd"

	"streamgen/interop/kitex/kitex_gen/echo"
	"streamgen/interop/kitex/kitex_gen/echo/testservice"
	"streamgen/interop/kitex/patience"
)

func call(service, address string, lines *bufio.Scanner) error {
	resolver, err := etcd.NewEtcdResolver([]string{address})
	if err != nil {
		return err
	}
	cli, err := testservice.NewClient(service,
		client.WithResolver(resolver),
		client.WithConnectTimeout(patience.Connect),
		client.WithRPCTimeout(patience.Call),
		client.WithTransportProtocol(transport.TTHeaderFramed|transport.TTHeaderStreaming),
	)
	if err != nil {
		return err
	}
	for lines.Scan() {
		answer, err := one(cli, lines.Text())
		if err != nil {
			answer = fmt.Sprintf("error: %q", err.Error())
		}
		fmt.Println(answer)
	}
	return lines.Err()
}

func one(cli testservice.Client, kind string) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience.Call)
	defer cancel()
	req := &echo.Request{Message: "who"}
	if kind == "ping" {
		res, err := cli.PingPong(ctx, req)
		if err != nil {
			return "", err
		}
		return res.Message, nil
	}
	stream, err := cli.Echo(ctx)
	if err != nil {
		return "", err
	}
	if err := stream.Send(ctx, req); err != nil {
		return "", err
	}
	res, err := stream.Recv(ctx)
	if err != nil {
		return "", err
	}
	if err := stream.CloseSend(ctx); err != nil {
		return "", err
	}
	if _, err := stream.Recv(ctx); !errors.Is(err, io.EOF) {
		return "", fmt.Errorf("no end of the stream: %w", err)
	}
	return res.Message, nil
}

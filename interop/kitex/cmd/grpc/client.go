package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"flag"
	"fmt"
	"os"
	"runtime"
	"time"

	"github.com/cloudwego/kitex/client"
	"github.com/cloudwego/kitex/pkg/kerrors"
	"github.com/cloudwego/kitex/pkg/remote/trans/nphttp2/codes"
	"github.com/cloudwego/kitex/pkg/remote/trans/nphttp2/status"
	"github.com/cloudwego/kitex/transport"

	"streamgen/interop/kitex/kitex_gen/grpctesting/testservice"
	"streamgen/interop/kitex/kitex_gen/grpctesting/unimplementedservice"
	"streamgen/interop/kitex/patience"
)

// caseTimeout is how long a case may take.
const caseTimeout = 20 * time.Second

// clients is what cases call.
type clients struct {
	test          testservice.Client
	unimplemented unimplementedservice.Client
}

func runClient(args []string) error {
	flags := flag.NewFlagSet("client", flag.ExitOnError)
	host := flags.String("server_host", "localhost", "")
	port := flags.Int("server_port", 10000, "")
	name := flags.String("test_case", "large_unary", "")
	useTLS := flags.Bool("use_tls", false, "")
	flags.Bool("use_test_ca", false, "")
	ca := flags.String("ca_file", "", "")
	serverName := flags.String("server_host_override", "", "")
	if err := flags.Parse(args); err != nil {
		return err
	}
	run, ok := cases[*name]
	if !ok {
		return fmt.Errorf("unsupported test case: %s", *name)
	}
	options := []client.Option{
		client.WithHostPorts(fmt.Sprintf("%s:%d", *host, *port)),
		client.WithConnectTimeout(patience.Connect),
		client.WithTransportProtocol(transport.GRPC),
	}
	if *useTLS {
		config, err := tlsConfig(*ca, *serverName)
		if err != nil {
			return err
		}
		options = append(options, client.WithGRPCTLSConfig(config))
	}
	c := &clients{
		test:          testservice.MustNewClient("grpc-interop", options...),
		unimplemented: unimplementedservice.MustNewClient("grpc-interop", options...),
	}
	// Not a deadline, which would go out with every call.
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	done := make(chan error, 1)
	go func() { done <- run(ctx, c) }()
	// Kitex closes the connections of a client that is garbage.
	defer runtime.KeepAlive(c)
	select {
	case err := <-done:
		if err != nil {
			return fmt.Errorf("%s: %w", *name, err)
		}
		return nil
	case <-time.After(caseTimeout):
		return fmt.Errorf("%s takes longer than %v", *name, caseTimeout)
	}
}

func tlsConfig(ca, serverName string) (*tls.Config, error) {
	pem, err := os.ReadFile(ca)
	if err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("no certificate in %s", ca)
	}
	return &tls.Config{RootCAs: pool, ServerName: serverName, NextProtos: []string{"h2"}}, nil
}

// failedWith gives the status of an error that was to have this code.
func failedWith(code codes.Code, err error) (*status.Status, error) {
	if err == nil {
		return nil, fmt.Errorf("succeeded, want %v", code)
	}
	if biz, ok := kerrors.FromBizStatusError(err); ok {
		if iface, ok := biz.(status.Iface); ok {
			err = iface.GRPCStatus().Err()
		}
	}
	// Kitex's own deadline of a unary call, which is no status.
	if code == codes.DeadlineExceeded && errors.Is(err, kerrors.ErrRPCTimeout) {
		return status.New(code, err.Error()), nil
	}
	st, ok := status.FromError(err)
	if !ok || st.Code() != code {
		return nil, fmt.Errorf("want status %v, got %w", code, err)
	}
	return st, nil
}

// Package defaults is what the two programs of the default-options matrix share: a server and a
// client of each service of interop/idl/defaults. The server has no transport option, and the client
// has none unless -wire names one.
//
//	defaults-streamx server -service streams -addr 127.0.0.1:0
//	defaults-streamx client -service streams -addr 127.0.0.1:8888
//	defaults-classic client -service streams -wire grpc -addr 127.0.0.1:8888
//
// A stream client of classic code takes no transport option: its wire is gRPC, whatever -wire says.
//
// The client calls every method of the service, prints a line for each (`Bidi ok`, or `Bidi failed: `
// and the reason), and exits with 1 if one failed.
package defaults

import (
	"context"
	"flag"
	"fmt"
	"net"
	"os"
	"strings"

	"github.com/bytedance/gopkg/cloud/metainfo"
	"github.com/cloudwego/kitex/client"
	"github.com/cloudwego/kitex/pkg/klog"
	"github.com/cloudwego/kitex/transport"

	"streamgen/interop/kitex/patience"
)

// Sent is what a client sends of the one message or of each of several.
var Sent = []string{"a", "b", "c"}

// Call is a method as a client calls it: what it answers, messages joined by commas.
type Call struct {
	Name string
	Want string
	Do   func(ctx context.Context) (string, error)
}

// What handlers answer, so that no wire can be taken for another: each names the mode.
func Echoed(text string) string { return "echo:" + text }

// Got is the answer to a client stream.
func Got(texts []string) string { return "got:" + strings.Join(texts, ",") }

// Service is a service of the matrix.
type Service struct {
	Serve func(listener net.Listener) error
	// Calls makes the clients of the service at addr; one that cannot be made is an error.
	Calls func(addr string, options []client.Option) ([]Call, error)
}

// Ping is a call with one request and one response.
func Ping(do func(ctx context.Context, text string) (string, error)) Call {
	return Call{"Echo", Echoed(Sent[0]), func(ctx context.Context) (string, error) {
		return do(ctx, Sent[0])
	}}
}

// Unary is a call with one request and one response over a stream.
func Unary(do func(ctx context.Context, text string) (string, error)) Call {
	call := Ping(do)
	call.Name = "Unary"
	return call
}

// Client is a client-streaming call.
func Client(do func(ctx context.Context) (string, error)) Call {
	return Call{"Client", Got(Sent), do}
}

// Server is a server-streaming call.
func Server(do func(ctx context.Context) ([]string, error)) Call {
	return Call{"Server", strings.Join(Sent, ","), joined(do)}
}

// Bidi is a bidirectional call.
func Bidi(do func(ctx context.Context) ([]string, error)) Call {
	var want []string
	for _, text := range Sent {
		want = append(want, Echoed(text))
	}
	return Call{"Bidi", strings.Join(want, ","), joined(do)}
}

func joined(do func(ctx context.Context) ([]string, error)) func(context.Context) (string, error) {
	return func(ctx context.Context) (string, error) {
		texts, err := do(ctx)
		return strings.Join(texts, ","), err
	}
}

// wires are the values of -wire, and what each sets: one protocol after the other adds to what is
// set, but for PurePayload, which clears it.
var wires = map[string][]transport.Protocol{
	"":                   nil,
	"buffered":           {transport.PurePayload},
	"framed":             {transport.Framed},
	"ttheader":           {transport.PurePayload, transport.TTHeader},
	"ttheader-framed":    {transport.TTHeaderFramed},
	"ttheader-streaming": {transport.TTHeaderStreaming},
	"grpc":               {transport.GRPC},
}

// Main runs the command line.
func Main(services map[string]Service) {
	klog.SetLevel(klog.LevelFatal)
	if err := run(services, os.Args[1:]); err != nil {
		fmt.Fprintf(os.Stderr, "defaults: %v\n", err)
		os.Exit(1)
	}
}

func run(services map[string]Service, args []string) error {
	if len(args) == 0 {
		return fmt.Errorf("server or client?")
	}
	flags := flag.NewFlagSet("defaults", flag.ExitOnError)
	addr := flags.String("addr", "127.0.0.1:0", "address to listen on, or to call")
	name := flags.String("service", "calls", "calls, streams, callspb or streamspb")
	wire := flags.String("wire", "", "of a client: buffered, framed, ttheader, ttheader-framed, ttheader-streaming or grpc")
	_ = flags.Parse(args[1:])
	service, ok := services[*name]
	if !ok {
		return fmt.Errorf("no service %q", *name)
	}
	if args[0] == "server" {
		listener, err := net.Listen("tcp", *addr)
		if err != nil {
			return err
		}
		fmt.Printf("listening on %s\n", listener.Addr())
		return service.Serve(listener)
	}
	protocols, ok := wires[*wire]
	if !ok {
		return fmt.Errorf("no wire %q", *wire)
	}
	options := []client.Option{client.WithConnectTimeout(patience.Connect)}
	for _, protocol := range protocols {
		options = append(options, client.WithTransportProtocol(protocol))
	}
	calls, err := service.Calls(*addr, options)
	if err != nil {
		return err
	}
	return callAll(calls)
}

func callAll(calls []Call) error {
	failed := 0
	for _, call := range calls {
		ctx, cancel := context.WithTimeout(context.Background(), patience.Call)
		// Handlers of streams look for it in their context.
		got, err := call.Do(metainfo.WithValue(ctx, "TENANT", "acme"))
		cancel()
		switch {
		case err != nil:
			fmt.Printf("%s failed: %v\n", call.Name, err)
		case got != call.Want:
			fmt.Printf("%s failed: got %q, want %q\n", call.Name, got, call.Want)
		default:
			fmt.Printf("%s ok\n", call.Name)
			continue
		}
		failed++
	}
	if failed > 0 {
		return fmt.Errorf("%d of %d calls failed", failed, len(calls))
	}
	return nil
}

// Command otel is both ends of a chain Go, Rust, Go whose trace the tests of interop/otel look at: a
// client of idl-samples/echo.thrift, and a server of it, on Kitex with its OpenTelemetry suite. Their
// spans stay in memory.
//
// It prints "listening on ADDRESS", the address of its server. For each line "METHOD WIRE ADDRESS"
// on its standard input it calls METHOD of the server at ADDRESS. For "server" it calls nothing: a
// test has called its server. Then it waits until its spans of that call have ended, and
// prints each of them as a line of JSON, and then "done".
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"strings"
	"time"

	"github.com/cloudwego/kitex/pkg/klog"
	"github.com/cloudwego/kitex/server"
	"github.com/kitex-contrib/obs-opentelemetry/tracing"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/propagation"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"streamgen/interop/kitex/kitex_gen/echo/testservice"
	"streamgen/interop/kitex/patience"
)

func main() {
	klog.SetLevel(klog.LevelFatal)
	if err := run(); err != nil {
		fmt.Fprintf(os.Stderr, "otel: %v\n", err)
		os.Exit(1)
	}
}

func run() error {
	exporter := tracetest.NewInMemoryExporter()
	otel.SetTracerProvider(sdktrace.NewTracerProvider(sdktrace.WithSyncer(exporter)))
	otel.SetTextMapPropagator(propagation.TraceContext{})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	svr := testservice.NewServer(&handler{},
		server.WithListener(listener),
		server.WithSuite(tracing.NewServerSuite()))
	go func() { _ = svr.Run() }()
	fmt.Printf("listening on %s\n", listener.Addr())
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		words := strings.Fields(lines.Text())
		count := 1
		switch len(words) {
		case 1: // server
		case 3:
			if err := call(words[0], words[1], words[2]); err != nil {
				return fmt.Errorf("%s: %w", lines.Text(), err)
			}
			count = 2 // that of the client, too
		default:
			return fmt.Errorf("%q is not METHOD WIRE ADDRESS", lines.Text())
		}
		if err := printSpans(exporter, count); err != nil {
			return err
		}
		exporter.Reset()
	}
	return lines.Err()
}

// span is what the tests look at.
type span struct {
	Name, Kind, Trace, Span, Parent string
}

func printSpans(exporter *tracetest.InMemoryExporter, count int) error {
	for since := time.Now(); len(exporter.GetSpans()) < count; time.Sleep(time.Millisecond) {
		if time.Since(since) > patience.Call {
			break // The tests see what is there.
		}
	}
	for _, ended := range exporter.GetSpans() {
		text, err := json.Marshal(span{
			Name:   ended.Name,
			Kind:   ended.SpanKind.String(),
			Trace:  ended.SpanContext.TraceID().String(),
			Span:   ended.SpanContext.SpanID().String(),
			Parent: ended.Parent.SpanID().String(),
		})
		if err != nil {
			return err
		}
		fmt.Println(string(text))
	}
	fmt.Println("done")
	return nil
}

func deadline() (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.Background(), patience.Call)
}

// Kitex's side of the stream benchmark. The command line and the lines on standard output are those
// of the Rust candidates (`bench-stream serve` and `bench-stream load`), so that one driver runs all.
package main

import (
	"bufio"
	"flag"
	"fmt"
	"os"
	"runtime"
	"time"

	"github.com/cloudwego/kitex/pkg/klog"
)

func main() {
	if len(os.Args) < 2 {
		fail(fmt.Errorf("usage: kitex-bench serve | load [flags]"))
	}
	// The driver hangs up on servers mid-stream; Kitex would log each of those.
	klog.SetLevel(klog.LevelFatal)

	flags := flag.NewFlagSet(os.Args[1], flag.ExitOnError)
	grpc := flags.Bool("grpc", false, "gRPC with Protobuf instead of TTHeader Streaming")
	calls := flags.String("calls", "", "Thrift ping-pong over TTHeader + Framed instead, by pool or mux")
	addr := flags.String("addr", "127.0.0.1:0", "address of the server")
	workload := flags.String("workload", "pp1", "ss, pipe, pp100, pp1, unary100 or idle")
	size := flags.Int("size", 16, "payload bytes per message")
	streams := flags.Int("streams", 1, "concurrent streams or callers")
	window := flags.Int("window", 1, "messages in flight (pipe)")
	warmUp := flags.Int("warm-up-ms", 300, "milliseconds before the measured window")
	sample := flags.Int("sample-ms", 1500, "length of the measured window in milliseconds")
	if err := flags.Parse(os.Args[2:]); err != nil {
		fail(err)
	}

	var err error
	switch os.Args[1] {
	case "serve":
		err = serve(*addr, *grpc, *calls)
	case "load":
		l := load{workload: *workload, size: *size, streams: *streams, window: *window}
		err = l.run(*addr, *grpc, *calls, milliseconds(*warmUp), milliseconds(*sample))
	default:
		err = fmt.Errorf("unknown command %q", os.Args[1])
	}
	if err != nil {
		fail(err)
	}
}

// answerDriver answers each line of standard input with the allocation counters, and returns when
// the driver closes it, or dies.
func answerDriver() {
	in := bufio.NewScanner(os.Stdin)
	for in.Scan() {
		allocations, live := heap()
		fmt.Printf("counts allocations=%d live=%d\n", allocations, live)
	}
}

// heap returns the allocations since the start of the process and the bytes that are in use.
func heap() (allocations, live uint64) {
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return stats.Mallocs, stats.HeapAlloc
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "kitex-bench:", err)
	os.Exit(1)
}

func milliseconds(n int) time.Duration { return time.Duration(n) * time.Millisecond }

// Command suites is the Kitex side of interop/suites: the cases of kitex-tests' suites of streams, each
// in two halves, that of the client and that of the server.
//
//	suites server
//	suites client -addr 127.0.0.1:8888 -wire grpc -case cancel_server_deferred -run 7
//
// The server prints the address of each of its ports, `plain 127.0.0.1:4711`, and then `ready`. All have
// the same handlers, which do what the call's metainfo CASE names. The client prints `ok`, or why it
// failed. Both stay until their input ends. A half of a server whose client cannot know what became of
// it prints `verdict`, the call's metainfo RUN, and `ok` or what it found instead.
package main

import (
	"bufio"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/cloudwego/kitex/pkg/klog"
)

// Keys of metainfo.
const (
	keyCase = "CASE"
	keyRun  = "RUN"
)

// limit ends what a peer that does wrong would keep waiting.
const limit = 20 * time.Second

// options is what the client is told.
type options struct {
	addr, wire, name, run string
	// perCall sets a timeout at the call and not at the client.
	perCall bool
}

func main() {
	// What goes wrong on purpose is no news.
	klog.SetOutput(io.Discard)
	if err := run(os.Args[1:]); err != nil {
		say("suites: %v", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) == 0 {
		return fmt.Errorf("server or client?")
	}
	if args[0] == "server" {
		return serve()
	}
	var opts options
	flags := flag.NewFlagSet("suites", flag.ExitOnError)
	flags.StringVar(&opts.addr, "addr", "", "address to call")
	flags.StringVar(&opts.wire, "wire", "", "one of wire.go")
	flags.StringVar(&opts.name, "case", "", "what to do")
	flags.StringVar(&opts.run, "run", "0", "the metainfo RUN")
	flags.BoolVar(&opts.perCall, "per-call", false, "set timeouts at the call")
	_ = flags.Parse(args[1:])
	time.AfterFunc(2*limit, func() {
		say("suites: it takes too long")
		os.Exit(1)
	})
	if err := call(opts); err != nil {
		return err
	}
	say("ok")
	untilInputEnds()
	return nil
}

func untilInputEnds() { _, _ = io.Copy(io.Discard, bufio.NewReader(os.Stdin)) }

var output sync.Mutex

// say prints one line.
func say(format string, args ...any) {
	output.Lock()
	defer output.Unlock()
	line := fmt.Sprintf(format, args...)
	fmt.Println(strings.ReplaceAll(line, "\n", " "))
}

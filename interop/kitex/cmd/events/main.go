// Command events is a client and a server on Kitex that write down what their tracers are told:
// interop/events compares it with what ours are told.
//
//	events server -addr 127.0.0.1:0
//	events client -addr 127.0.0.1:8888 -proto grpc-thrift -shape bidi -ending cancel
//
// The server prints a line `listening ADDRESS`, and a line for each call that has ended; the client
// prints one line. A line is the name of the conversation and its events. Exit status: 0, 1 after an
// error, 2 usage.
package main

import (
	"flag"
	"fmt"
	"os"

	"github.com/cloudwego/kitex/pkg/klog"
)

func main() {
	if len(os.Args) < 2 {
		usage()
	}
	klog.SetLevel(klog.LevelFatal)
	flags := flag.NewFlagSet(os.Args[1], flag.ExitOnError)
	addr := flags.String("addr", "127.0.0.1:0", "the server")
	var err error
	switch os.Args[1] {
	case "server":
		parse(flags)
		err = serve(*addr)
	case "client":
		var talk conversation
		proto := flags.String("proto", "ttheader-streaming", "ttheader-streaming or grpc-thrift")
		flags.StringVar(&talk.shape, "shape", "bidi", "unary, client, server or bidi")
		flags.StringVar(&talk.ending, "ending", "normal", "normal, biz, error, panic, cancel or deadline")
		parse(flags)
		err = call(*addr, *proto, talk)
	default:
		usage()
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "events: %v\n", err)
		os.Exit(1)
	}
}

func parse(flags *flag.FlagSet) {
	// ExitOnError: there is no error to return.
	_ = flags.Parse(os.Args[2:])
}

func usage() {
	fmt.Fprintln(os.Stderr, "usage: events server|client [flags]")
	os.Exit(2)
}

// Command guide is the Kitex side of the programs of Kitex's guide to streaming generic calls, for the tests of
// interop/suites.
//
//	guide serve thrift|proto
//	guide call thrift|proto IDL ADDRESS ttheader|grpc
//
// The server is generated code. It prints its address, and stays until its input ends. The client has no generated
// code: it reads the IDL, makes the guide's calls, and prints a line for each message that it receives.
package main

import (
	"fmt"
	"io"
	"os"

	"github.com/cloudwego/kitex/pkg/klog"
)

func main() {
	klog.SetOutput(io.Discard)
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "guide:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	switch {
	case len(args) == 2 && args[0] == "serve":
		return serve(args[1])
	case len(args) == 5 && args[0] == "call":
		return call(args[1], args[2], args[3], args[4])
	default:
		return fmt.Errorf("serve LANGUAGE, or call LANGUAGE IDL ADDRESS WIRE")
	}
}

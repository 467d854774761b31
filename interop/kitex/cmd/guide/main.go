// Command guide is the Kitex side of the programs of Kitex's guide to streaming generic calls, and of
// kitex-tests' suites of generic calls, for the tests of interop/suites.
//
//	guide serve thrift|proto
//	guide serve-unknown|serve-both thrift|proto
//	guide serve-json thrift|proto IDL
//	guide call|call-combined thrift|proto IDL ADDRESS WIRE
//	guide call-bytes thrift|proto ADDRESS WIRE all|calls|unknown|unknown-calls SERVICE [SERVICE OF THE CALL]
//
// The server is generated code, or has none: a handler of unknown services and methods, or one of JSON. It prints its
// address, and stays until its input ends. The clients have no generated code: they read the IDL, or know no
// IDL and send bytes. They make the guide's calls, and print a line for each message that they receive.
package main

import (
	"fmt"
	"io"
	"os"
	"strings"

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
	if len(args) == 0 {
		args = []string{""}
	}
	command, rest := args[0], args[1:]
	switch {
	case command == "serve-json" && len(rest) == 2:
		return serve(command, rest[0], rest[1])
	case strings.HasPrefix(command, "serve") && len(rest) == 1:
		return serve(command, rest[0], "")
	case command == "call" && len(rest) == 4:
		return callJSON(rest[0], rest[1], rest[2], rest[3], false)
	case command == "call-combined" && len(rest) == 4:
		return callJSON(rest[0], rest[1], rest[2], rest[3], true)
	case command == "call-bytes" && len(rest) >= 5:
		return callBytes(rest[0], rest[1], rest[2], rest[3], rest[4], rest[5:]...)
	default:
		return fmt.Errorf("unknown command; see cmd/guide/main.go")
	}
}

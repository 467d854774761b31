// Command registries is a server and a client of idl-samples/echo.thrift on Kitex, which find other servers
// and clients by kitex-contrib/registry-etcd:
//
//	registries server SERVICE NAME ETCD    registers itself, and answers with NAME
//	registries client SERVICE ETCD         makes a call for each line of its standard input
//
// The server prints "listening on ADDRESS". At the end of its standard input it stops, as by a signal, and prints
// "stopped". The client takes the lines "ping" and "echo", a call and a stream, and prints what is answered, or
// "error: " with the error.
package main

import (
	"bufio"
	"fmt"
	"os"

	"github.com/cloudwego/kitex/pkg/klog"
)

func main() {
	klog.SetLevel(klog.LevelFatal)
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintf(os.Stderr, "registries: %v\n", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	switch {
	case len(args) == 4 && args[0] == "server":
		return serve(args[1], args[2], args[3])
	case len(args) == 3 && args[0] == "client":
		return call(args[1], args[2], bufio.NewScanner(os.Stdin))
	}
	return fmt.Errorf("server SERVICE NAME ETCD, or client SERVICE ETCD")
}

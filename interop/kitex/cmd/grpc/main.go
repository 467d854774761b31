// Command grpc is gRPC's interop suite on Kitex: the client and the server of its test.proto.
//
//	grpc server -port 10000
//	grpc client -server_host 127.0.0.1 -server_port 10000 -test_case ping_pong
//
// Flags are those of grpc-go's programs. The client's exit status is 0 only if the case passed.
package main

import (
	"fmt"
	"os"

	"github.com/cloudwego/kitex/pkg/klog"
)

func main() {
	klog.SetLevel(klog.LevelFatal)
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) > 0 {
		switch args[0] {
		case "client":
			return runClient(args[1:])
		case "server":
			return runServer(args[1:])
		}
	}
	return fmt.Errorf("want client or server")
}

// Command peer is the Kitex side of the interop contract: a server that behaves by
// directive, and a client that runs named scenarios and judges the answers. What each
// scenario does and must show is in interop/SCENARIOS.md.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/cloudwego/kitex/client"
	"github.com/cloudwego/kitex/pkg/klog"
)

// Exit status of the program.
const (
	exitOK          = 0
	exitFailed      = 1
	exitUsage       = 2
	exitUnsupported = 3
)

const usage = `usage: peer server -addr HOST:PORT [-proto thrift|pb] [-services peer,other] [-stop-after D] [-exit-wait D]
                   [-mux-calls] [-checksum] [-max-qps N] [-qps-limiter N] [-registry ETCD] [-name SERVICE] [-v]
       peer client -addr HOST:PORT -proto WIRE [-scenario all|NAME,…] [-count N] [-size N]
                   [-parallel N] [-timeout D] [-conn long|short|mux] [-mux-calls] [-checksum]
                   [-registry ETCD] [-name SERVICE] [-refresh D] [-ours] [-v]
       peer list`

type serverOptions struct {
	placeOptions
	family    family
	services  []string
	stopAfter time.Duration
	exitWait  time.Duration
	// maxQPS is that of WithLimit, qpsLimiter that of WithQPSLimiter; 0 without.
	maxQPS, qpsLimiter int
	callOptions
}

// callOptions are settings of ping-pong calls over TTHeader. The client and the server must have
// the same ones.
type callOptions struct {
	muxCalls bool // many calls at a time on one connection
	checksum bool // payloads have a checksum
}

func (o *callOptions) register(set *flag.FlagSet) {
	set.BoolVar(&o.muxCalls, "mux-calls", false, "ping-pong calls share one connection (TTHeader)")
	set.BoolVar(&o.checksum, "checksum", false, "payloads have a crc32c (TTHeader)")
}

type clientOptions struct {
	placeOptions
	// where leads to the servers.
	where         []client.Option
	wire          *wire
	run           []scenario
	count         int
	size          int
	parallelCalls int
	timeout       time.Duration
	conn          string
	// ours: the server is interop/peer, which answers where Kitex's is silent, and over Protobuf's gRPC with gRPC's
	// own number.
	ours bool
	callOptions
}

// unsupportedError is a scenario that the chosen wire cannot carry.
type unsupportedError struct{ scenario, wire string }

func (e unsupportedError) Error() string {
	return fmt.Sprintf("scenario %s cannot run over %s", e.scenario, e.wire)
}

func main() {
	os.Exit(run(os.Args[1:]))
}

func run(args []string) int {
	if len(args) == 0 {
		return complain(errors.New("missing command"))
	}
	switch args[0] {
	case "server":
		return runServer(args[1:])
	case "client":
		return runClient(args[1:])
	case "list":
		listWires()
		return exitOK
	}
	return complain(fmt.Errorf("unknown command %q", args[0]))
}

func complain(err error) int {
	fmt.Fprintf(os.Stderr, "peer: %v\n", err)
	if errors.As(err, &unsupportedError{}) {
		return exitUnsupported
	}
	fmt.Fprintln(os.Stderr, usage)
	return exitUsage
}

func newFlagSet(name string, place *placeOptions) (*flag.FlagSet, *bool) {
	set := flag.NewFlagSet(name, flag.ContinueOnError)
	place.register(set)
	verbose := set.Bool("v", false, "Kitex's own log on standard error")
	return set, verbose
}

// quiet leaves standard error to real trouble: Kitex logs every connection loss and
// handler error, which the scenarios cause on purpose.
func quiet(verbose bool) {
	if verbose {
		klog.SetLevel(klog.LevelDebug)
		return
	}
	klog.SetLevel(klog.LevelFatal)
}

func runServer(args []string) int {
	var place placeOptions
	set, verbose := newFlagSet("peer server", &place)
	proto := set.String("proto", "thrift", "IDL family")
	services := set.String("services", "peer,other", "services to register")
	stopAfter := set.Duration("stop-after", 0, "stop gracefully after this time")
	var calls callOptions
	calls.register(set)
	maxQPS := set.Int("max-qps", 0, "WithLimit: calls in a second, 0 for any number")
	qpsLimiter := set.Int("qps-limiter", 0, "WithQPSLimiter: calls in a second, 0 for any number")
	exitWait := set.Duration("exit-wait", 5*time.Second, "how long a graceful stop waits for calls in flight")
	if err := set.Parse(args); err != nil {
		return exitUsage
	}
	if set.NArg() > 0 {
		return complain(fmt.Errorf("unexpected argument %q", set.Arg(0)))
	}
	families := map[string]family{"thrift": thriftFamily, "pb": protobufFamily}
	family, ok := families[*proto]
	if !ok {
		return complain(fmt.Errorf("no server for -proto %s", *proto))
	}
	opts := serverOptions{placeOptions: place, family: family, services: strings.Split(*services, ","), stopAfter: *stopAfter, exitWait: *exitWait, maxQPS: *maxQPS, qpsLimiter: *qpsLimiter, callOptions: calls}
	for _, name := range opts.services {
		if name != "peer" && name != "other" {
			return complain(fmt.Errorf("unknown service %q", name))
		}
	}
	quiet(*verbose)
	if err := serve(opts); err != nil {
		fmt.Fprintf(os.Stderr, "peer: %v\n", err)
		return exitFailed
	}
	return exitOK
}

func runClient(args []string) int {
	opts := clientOptions{}
	set, verbose := newFlagSet("peer client", &opts.placeOptions)
	proto := set.String("proto", "ttheader-streaming", "wire")
	names := set.String("scenario", "all", "scenarios to run, or all that the wire carries")
	set.IntVar(&opts.count, "count", 10, "messages of a stream")
	set.IntVar(&opts.size, "size", 0, "payload bytes of a message")
	set.IntVar(&opts.parallelCalls, "parallel", 20, "calls at the same time in many and many-pp")
	set.DurationVar(&opts.timeout, "timeout", 20*time.Second, "longest time for one scenario")
	opts.callOptions.register(set)
	refresh := set.Duration("refresh", 0, "how often a client asks the registry; 0 for Kitex's default")
	set.BoolVar(&opts.ours, "ours", false, "the server is interop/peer")
	set.StringVar(&opts.conn, "conn", "mux", "connections for streams: long, short or mux")
	if err := set.Parse(args); err != nil {
		return exitUsage
	}
	if err := opts.resolve(*proto, *names, set.Args()); err != nil {
		return complain(err)
	}
	var err error
	if opts.where, err = opts.found(*refresh); err != nil {
		return complain(err)
	}
	quiet(*verbose)
	if !runScenarios(opts) {
		return exitFailed
	}
	return exitOK
}

// resolve turns names into the wire and its scenarios, and refuses values out of range.
func (o *clientOptions) resolve(proto, names string, rest []string) error {
	switch {
	case len(rest) > 0:
		return fmt.Errorf("unexpected argument %q", rest[0])
	case o.count < 1 || o.size < 0 || o.parallelCalls < 1 || o.timeout <= 0:
		return errors.New("-count and -parallel must be at least 1, -size at least 0, -timeout above 0")
	case o.conn != "long" && o.conn != "short" && o.conn != "mux":
		return fmt.Errorf("unknown -conn %q", o.conn)
	}
	if o.wire = findWire(proto); o.wire == nil {
		return fmt.Errorf("unknown -proto %q", proto)
	}
	var err error
	o.run, err = selectScenarios(o.wire, names)
	return err
}

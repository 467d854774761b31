package main

import (
	"time"

	"github.com/cloudwego/kitex/client"
	"github.com/cloudwego/kitex/pkg/connpool"
	"github.com/cloudwego/kitex/pkg/remote/trans/ttstream"
	"github.com/cloudwego/kitex/pkg/rpcinfo"
	"github.com/cloudwego/kitex/pkg/transmeta"
	"github.com/cloudwego/kitex/transport"
)

// ability is something that a wire can carry and a scenario needs.
type ability uint

const (
	pingPong     ability = 1 << iota // calls with one request and one answer
	oneway                           // calls without an answer
	streams                          // streaming calls
	headers                          // header and trailer maps of a call
	metainfoKeys                     // metainfo from client to server
	backward                         // metainfo from server to client in ping-pong
	bizStatus                        // business status in ping-pong
	serviceNames                     // a service name, so that two services can be told apart
	deadlines                        // the RPC timeout of a ping-pong call reaches the handler
)

// wire is one -proto of the contract and how Kitex's client is told to speak it.
type wire struct {
	name      string
	abilities ability
	// protocols are set one after the other: each one after the first adds to what is
	// set, but for PurePayload, which clears it. Kitex starts from Framed.
	protocols []transport.Protocol
}

const ttheaderAbilities = pingPong | oneway | metainfoKeys | backward | bizStatus | serviceNames | deadlines

// wires lists every wire that this program speaks.
var wires = []wire{
	{"ttheader-streaming", ttheaderAbilities | streams | headers, []transport.Protocol{transport.TTHeaderStreaming, transport.TTHeader}},
	{"ttheader-framed", ttheaderAbilities, []transport.Protocol{transport.TTHeaderFramed}},
	{"ttheader", ttheaderAbilities, []transport.Protocol{transport.PurePayload, transport.TTHeader}},
	{"framed", pingPong | oneway, []transport.Protocol{transport.Framed}},
	{"buffered", pingPong | oneway, []transport.Protocol{transport.PurePayload}},
}

func findWire(name string) *wire {
	for i := range wires {
		if wires[i].name == name {
			return &wires[i]
		}
	}
	return nil
}

func (w *wire) can(needs ability) bool { return w.abilities&needs == needs }

// clientOptions configures a Kitex client for this wire.
func (w *wire) clientOptions(opts clientOptions) []client.Option {
	out := []client.Option{
		client.WithHostPorts(opts.addr),
		client.WithClientBasicInfo(&rpcinfo.EndpointBasicInfo{ServiceName: clientName}),
		client.WithMetaHandler(transmeta.ClientTTHeaderHandler),
		// Kitex's default of 50 ms is short for a machine that is busy.
		client.WithConnectTimeout(time.Second),
	}
	for _, p := range w.protocols {
		out = append(out, client.WithTransportProtocol(p))
	}
	return append(out, connectionOptions(opts)...)
}

// connectionOptions chooses the connections: -conn is about streams; ping-pong calls
// share them in no mode, so they use kept connections unless short ones are asked for.
func connectionOptions(opts clientOptions) []client.Option {
	if opts.conn == "short" {
		return []client.Option{client.WithShortConnection()}
	}
	pool := ttstream.WithClientMuxConnPool(ttstream.MuxConnConfig{PoolSize: 1, MaxIdleTimeout: time.Minute})
	if opts.conn == "long" {
		pool = ttstream.WithClientLongConnPool(ttstream.LongConnConfig{MaxIdleTimeout: time.Minute})
	}
	return []client.Option{
		client.WithLongConnection(connpool.IdleConfig{
			MaxIdlePerAddress: opts.parallelCalls, MaxIdleGlobal: opts.parallelCalls, MaxIdleTimeout: time.Minute,
		}),
		client.WithTTHeaderStreamingOptions(client.WithTTHeaderStreamingTransportOptions(pool)),
	}
}

package main

import (
	"time"

	"github.com/cloudwego/kitex/client"
	"github.com/cloudwego/kitex/pkg/connpool"
	"github.com/cloudwego/kitex/pkg/remote"
	"github.com/cloudwego/kitex/pkg/remote/codec"
	"github.com/cloudwego/kitex/pkg/remote/trans/ttstream"
	"github.com/cloudwego/kitex/pkg/rpcinfo"
	"github.com/cloudwego/kitex/pkg/transmeta"
	"github.com/cloudwego/kitex/transport"

	"streamgen/interop/kitex/patience"
)

// ability is something that a wire can carry and a scenario needs.
type ability uint

const (
	pingPong       ability = 1 << iota // calls with one request and one answer
	oneway                             // calls without an answer
	streams                            // streaming calls
	headers                            // header and trailer maps of a call
	metainfoKeys                       // metainfo from client to server
	backward                           // metainfo from server to client in ping-pong
	bizStatus                          // business status in ping-pong
	serviceNames                       // a service name, so that two services can be told apart
	serviceLookup                      // a service name that the server lacks is looked up by method
	callerName                         // the client's name in ping-pong
	deadlines                          // the RPC timeout of a ping-pong call reaches the handler
	streamDeadline                     // the deadline of a stream reaches the handler
	keptStream                         // a stream can be used on after a Recv timeout
	statuses                           // a handler can say which status its caller gets
	allMethods                         // the methods that only peer.thrift has
)

// family is the IDL whose services a wire carries.
type family int

const (
	thriftFamily family = iota
	protobufFamily
)

// serviceName is what the family's IDL calls a service of the contract.
func (f family) serviceName(name string) string {
	if f == protobufFamily {
		return name + "Pb"
	}
	return name
}

const namelessAbilities = pingPong | oneway | allMethods

const ttheaderAbilities = namelessAbilities | metainfoKeys | backward | bizStatus |
	serviceNames | serviceLookup | callerName | deadlines

// A Recv of Kitex's gRPC client that has timed out goes on in the background and swallows
// the next message, so that keptStream is not among these.
const grpcAbilities = pingPong | streams | headers | metainfoKeys | bizStatus |
	serviceNames | deadlines | streamDeadline | statuses

// Protobuf inside TTHeader: what a default client of a .proto without streams speaks.
const kitexpbAbilities = ttheaderAbilities &^ (oneway | allMethods)

// wire is one -proto of the contract and how Kitex's client is told to speak it.
type wire struct {
	name      string
	family    family
	abilities ability
	// protocols are set one after the other: each one after the first adds to what is
	// set, but for PurePayload, which clears it. Kitex starts from Framed.
	protocols    []transport.Protocol
	streamErrors *errorTable // nil on wires without streams
	callErrors   *errorTable
}

// wires lists every wire that this program speaks.
var wires = []wire{
	{
		"ttheader-streaming", thriftFamily, ttheaderAbilities | streams | headers | keptStream,
		[]transport.Protocol{transport.TTHeaderStreaming, transport.TTHeader},
		&ttheaderStreamErrors, &ttheaderErrors,
	},
	{"ttheader-framed", thriftFamily, ttheaderAbilities, []transport.Protocol{transport.TTHeaderFramed}, nil, &ttheaderErrors},
	{"ttheader", thriftFamily, ttheaderAbilities, []transport.Protocol{transport.PurePayload, transport.TTHeader}, nil, &ttheaderErrors},
	{"framed", thriftFamily, namelessAbilities, []transport.Protocol{transport.Framed}, nil, &namelessErrors},
	{"buffered", thriftFamily, namelessAbilities, []transport.Protocol{transport.PurePayload}, nil, &namelessErrors},
	{"grpc-thrift", thriftFamily, grpcAbilities | allMethods, []transport.Protocol{transport.GRPC}, &grpcErrors, &grpcErrors},
	{"grpc-pb", protobufFamily, grpcAbilities, []transport.Protocol{transport.GRPC}, &grpcPbErrors, &grpcPbErrors},
	// The generated client of peer.proto, which has streams, begins with GRPC: PurePayload clears that.
	{"kitexpb", protobufFamily, kitexpbAbilities, []transport.Protocol{transport.PurePayload, transport.TTHeaderFramed}, nil, &kitexpbErrors},
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
	out := append([]client.Option{
		client.WithClientBasicInfo(&rpcinfo.EndpointBasicInfo{ServiceName: clientName}),
		client.WithMetaHandler(transmeta.ClientTTHeaderHandler),
		client.WithConnectTimeout(patience.Connect),
	}, opts.where...)
	for _, p := range w.protocols {
		out = append(out, client.WithTransportProtocol(p))
	}
	out = append(out, connectionOptions(opts)...)
	if opts.muxCalls {
		out = append(out, client.WithMuxConnection(1))
	}
	if opts.checksum {
		out = append(out, client.WithCodec(checkingCodec()))
	}
	return out
}

// checkingCodec returns Kitex's codec, set to put a checksum into each TTHeader.
func checkingCodec() remote.Codec {
	return codec.NewDefaultCodecWithConfig(codec.CodecConfig{CRC32Check: true})
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

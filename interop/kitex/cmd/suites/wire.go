package main

import (
	"github.com/cloudwego/kitex/client"
	"github.com/cloudwego/kitex/pkg/remote/codec/thrift"
	"github.com/cloudwego/kitex/pkg/rpcinfo"
	"github.com/cloudwego/kitex/pkg/transmeta"
	"github.com/cloudwego/kitex/transport"

	"streamgen/interop/kitex/patience"
)

// clientName is the caller, by which a cancel path begins.
const clientName = "suites-client"

// wire is one value of -wire. Each protocol after the first adds to what is set, but for PurePayload, which
// clears it.
type wire struct {
	protobuf, grpcStreams, grpcCalls, frugal bool
	protocols                                []transport.Protocol
}

var wires = map[string]wire{
	"ttheader-streaming": {protocols: []transport.Protocol{transport.TTHeader}},
	"grpc-streaming":     {grpcStreams: true, protocols: []transport.Protocol{transport.TTHeader | transport.GRPCStreaming}},
	"grpc":               {grpcStreams: true, grpcCalls: true, protocols: []transport.Protocol{transport.GRPC}},
	"grpc-streaming-pb": {
		protobuf: true, grpcStreams: true,
		protocols: []transport.Protocol{transport.PurePayload, transport.TTHeaderFramed | transport.GRPCStreaming},
	},
	"grpc-pb": {protobuf: true, grpcStreams: true, grpcCalls: true, protocols: []transport.Protocol{transport.GRPC}},
	// Thrift that frugal reads and writes, as the suites of slim code do.
	"frugal":      {frugal: true, protocols: []transport.Protocol{transport.TTHeaderFramed}},
	"frugal-grpc": {frugal: true, grpcStreams: true, grpcCalls: true, protocols: []transport.Protocol{transport.GRPC}},
	// Calls alone.
	"framed":          {protocols: []transport.Protocol{transport.Framed}},
	"ttheader-framed": {protocols: []transport.Protocol{transport.TTHeaderFramed}},
	"buffered":        {protocols: []transport.Protocol{transport.PurePayload}},
}

func (w wire) options(addr string) []client.Option {
	out := []client.Option{
		client.WithHostPorts(addr),
		client.WithMetaHandler(transmeta.ClientHTTP2Handler),
		client.WithMetaHandler(transmeta.ClientTTHeaderHandler),
		client.WithClientBasicInfo(&rpcinfo.EndpointBasicInfo{ServiceName: clientName}),
		client.WithConnectTimeout(patience.Connect),
	}
	for _, protocol := range w.protocols {
		out = append(out, client.WithTransportProtocol(protocol))
	}
	if w.frugal {
		out = append(out, client.WithPayloadCodec(thrift.NewThriftCodecWithConfig(thrift.FrugalReadWrite)))
	}
	return out
}

package main

import (
	"context"

	"github.com/cloudwego/kitex/client"
	"github.com/cloudwego/kitex/client/callopt"
	"github.com/cloudwego/kitex/client/callopt/streamcall"
	"github.com/cloudwego/kitex/pkg/streaming"

	otherpb "streamgen/interop/kitex/kitex_gen/peerpb/otherpb"
	pb "streamgen/interop/kitex/kitex_gen/peerpb/peerpb"
	"streamgen/interop/kitex/kitex_gen/peerthrift"
	"streamgen/interop/kitex/kitex_gen/peerthrift/other"
	"streamgen/interop/kitex/kitex_gen/peerthrift/peer"
)

// peerService is what Peer and PeerPb have in common.
type peerService interface {
	Bidi(ctx context.Context, options ...streamcall.Option) (peer.Peer_BidiClient, error)
	ClientStream(ctx context.Context, options ...streamcall.Option) (peer.Peer_ClientStreamClient, error)
	ServerStream(ctx context.Context, req *peerthrift.Msg, options ...streamcall.Option) (peer.Peer_ServerStreamClient, error)
	Echo(ctx context.Context, req *peerthrift.Msg, options ...callopt.Option) (*peerthrift.Msg, error)
}

// otherService is what Other and OtherPb have in common.
type otherService interface {
	Bidi(ctx context.Context, options ...streamcall.Option) (other.Other_BidiClient, error)
	Echo(ctx context.Context, req *peerthrift.Msg, options ...callopt.Option) (*peerthrift.Msg, error)
}

// services are the clients of a session. Those of the IDL that the wire does not carry are nil.
type services struct {
	peer        peerService
	other       otherService
	thriftPeer  peer.Client
	thriftOther other.Client
	pbPeer      pb.Client
}

func (w *wire) connect(name string, options []client.Option) services {
	if w.family == protobufFamily {
		p := pb.MustNewClient(name, options...)
		return services{peer: peerPb{p}, other: otherPb{otherpb.MustNewClient(name, options...)}, pbPeer: p}
	}
	p, o := peer.MustNewClient(name, options...), other.MustNewClient(name, options...)
	return services{peer: p, other: o, thriftPeer: p, thriftOther: o}
}

// peerPb is PeerPb with the messages of peer.thrift.
type peerPb struct{ client pb.Client }

// otherPb is OtherPb with the messages of peer.thrift.
type otherPb struct{ client otherpb.Client }

func (p peerPb) Bidi(ctx context.Context, options ...streamcall.Option) (peer.Peer_BidiClient, error) {
	stream, err := p.client.Bidi(ctx, options...)
	return bidiOfMsg(stream, err)
}

func (p peerPb) ClientStream(ctx context.Context, options ...streamcall.Option) (peer.Peer_ClientStreamClient, error) {
	stream, err := p.client.ClientStream(ctx, options...)
	return streaming.NewClientStreamingClient[peerthrift.Msg, peerthrift.Msg](pbClientStream{stream}), err
}

func (p peerPb) ServerStream(ctx context.Context, req *peerthrift.Msg, options ...streamcall.Option) (peer.Peer_ServerStreamClient, error) {
	stream, err := p.client.ServerStream(ctx, toProtobuf(req), options...)
	return streaming.NewServerStreamingClient[peerthrift.Msg](pbClientStream{stream}), err
}

func (p peerPb) Echo(ctx context.Context, req *peerthrift.Msg, options ...callopt.Option) (*peerthrift.Msg, error) {
	return mapped(p.client.Echo(ctx, toProtobuf(req), options...))
}

func (o otherPb) Bidi(ctx context.Context, options ...streamcall.Option) (other.Other_BidiClient, error) {
	stream, err := o.client.Bidi(ctx, options...)
	return bidiOfMsg(stream, err)
}

func (o otherPb) Echo(ctx context.Context, req *peerthrift.Msg, options ...callopt.Option) (*peerthrift.Msg, error) {
	return mapped(o.client.Echo(ctx, toProtobuf(req), options...))
}

func bidiOfMsg(stream streaming.ClientStream, err error) (streaming.BidiStreamingClient[peerthrift.Msg, peerthrift.Msg], error) {
	return streaming.NewBidiStreamingClient[peerthrift.Msg, peerthrift.Msg](pbClientStream{stream}), err
}

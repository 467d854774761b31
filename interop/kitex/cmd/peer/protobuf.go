package main

import (
	"context"

	"github.com/cloudwego/kitex/pkg/streaming"

	"streamgen/interop/kitex/kitex_gen/peerpb"
	"streamgen/interop/kitex/kitex_gen/peerthrift"
)

// Scenarios and handlers are written for the Msg of peer.thrift. Over the wires of peer.proto
// they work on streams that turn each message into that of the other IDL.

func toProtobuf(m *peerthrift.Msg) *peerpb.Msg {
	return &peerpb.Msg{Text: m.Text, Seq: m.Seq, Payload: m.Payload, Attrs: m.Attrs, Color: peerpb.Color(m.Color)}
}

func fromProtobuf(m *peerpb.Msg) *peerthrift.Msg {
	return &peerthrift.Msg{Text: m.Text, Seq: m.Seq, Payload: m.Payload, Attrs: m.Attrs, Color: peerthrift.Color(m.Color)}
}

// mapped is fromProtobuf for what a call returns.
func mapped(m *peerpb.Msg, err error) (*peerthrift.Msg, error) {
	if err != nil {
		return nil, err
	}
	return fromProtobuf(m), nil
}

// receiveMsg reads a message of peer.proto into one of peer.thrift.
func receiveMsg(ctx context.Context, into any, recv func(ctx context.Context, m any) error) error {
	var m peerpb.Msg
	err := recv(ctx, &m)
	*into.(*peerthrift.Msg) = *fromProtobuf(&m)
	return err
}

// pbClientStream is a client's stream of Msg.
type pbClientStream struct{ streaming.ClientStream }

func (s pbClientStream) SendMsg(ctx context.Context, m any) error {
	return s.ClientStream.SendMsg(ctx, toProtobuf(m.(*peerthrift.Msg)))
}

func (s pbClientStream) RecvMsg(ctx context.Context, m any) error {
	return receiveMsg(ctx, m, s.ClientStream.RecvMsg)
}

// pbServerStream is a server's stream of Msg.
type pbServerStream struct{ streaming.ServerStream }

func (s pbServerStream) SendMsg(ctx context.Context, m any) error {
	return s.ServerStream.SendMsg(ctx, toProtobuf(m.(*peerthrift.Msg)))
}

func (s pbServerStream) RecvMsg(ctx context.Context, m any) error {
	return receiveMsg(ctx, m, s.ServerStream.RecvMsg)
}

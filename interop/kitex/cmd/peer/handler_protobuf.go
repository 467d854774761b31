package main

import (
	"context"

	"github.com/cloudwego/kitex/pkg/streaming"

	"streamgen/interop/kitex/kitex_gen/peerpb"
	"streamgen/interop/kitex/kitex_gen/peerthrift"
)

// peerPbHandler serves PeerPb by the handlers of Peer.
type peerPbHandler struct{ peer *peerHandler }

// otherPbHandler serves OtherPb by the handlers of Other.
type otherPbHandler struct{ other *otherHandler }

func (h *peerPbHandler) Bidi(ctx context.Context, stream peerpb.PeerPb_BidiServer) error {
	return h.peer.Bidi(ctx, streaming.NewBidiStreamingServer[peerthrift.Msg, peerthrift.Msg](pbServerStream{stream}))
}

func (h *peerPbHandler) ClientStream(ctx context.Context, stream peerpb.PeerPb_ClientStreamServer) error {
	return h.peer.ClientStream(ctx, streaming.NewClientStreamingServer[peerthrift.Msg, peerthrift.Msg](pbServerStream{stream}))
}

func (h *peerPbHandler) ServerStream(ctx context.Context, req *peerpb.Msg, stream peerpb.PeerPb_ServerStreamServer) error {
	return h.peer.ServerStream(ctx, fromProtobuf(req), streaming.NewServerStreamingServer[peerthrift.Msg](pbServerStream{stream}))
}

// Echo throws nothing: Protobuf declares no exceptions.
func (h *peerPbHandler) Echo(ctx context.Context, req *peerpb.Msg) (*peerpb.Msg, error) {
	m := fromProtobuf(req)
	c := begin(ctx, h.peer.outcomes, h.peer.service, "Echo", m.Attrs)
	return serveOnce(ctx, c, func() (*peerpb.Msg, error) { return toProtobuf(c.answer(ctx, "pong:", m)), nil })
}

func (h *peerPbHandler) BidiEverything(ctx context.Context, stream peerpb.PeerPb_BidiEverythingServer) (err error) {
	c := begin(ctx, h.peer.outcomes, h.peer.service, "BidiEverything", nil)
	defer c.end(&err)
	c.headers = streamHeaders{stream}
	return serveBidi(ctx, c, stream, func(m *peerpb.Everything) *peerpb.Everything { return m })
}

func (h *peerPbHandler) EchoEverything(ctx context.Context, req *peerpb.Everything) (*peerpb.Everything, error) {
	c := begin(ctx, h.peer.outcomes, h.peer.service, "EchoEverything", nil)
	return serveOnce(ctx, c, func() (*peerpb.Everything, error) { return req, nil })
}

func (h *otherPbHandler) Echo(ctx context.Context, req *peerpb.Msg) (*peerpb.Msg, error) {
	res, err := h.other.Echo(ctx, fromProtobuf(req))
	if err != nil {
		return nil, err
	}
	return toProtobuf(res), nil
}

func (h *otherPbHandler) Bidi(ctx context.Context, stream peerpb.OtherPb_BidiServer) error {
	return h.other.Bidi(ctx, streaming.NewBidiStreamingServer[peerthrift.Msg, peerthrift.Msg](pbServerStream{stream}))
}

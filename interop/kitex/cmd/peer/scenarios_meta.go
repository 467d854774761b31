package main

import (
	"context"

	"github.com/bytedance/gopkg/cloud/metainfo"

	"streamgen/interop/kitex/kitex_gen/peerthrift"
)

// runHeaderTrailer reads header and trailer once each: a second Header or Trailer call
// blocks in Kitex v0.16.3.
func runHeaderTrailer(s *session) {
	stream, id := s.openBidi("hdr")
	s.inTurn(stream, 0)
	header, err := stream.Header()
	s.check("header", err)
	equal(s, "header peer-set", header["peer-set"], "h1")
	if _, ok := header["peer-sent"]; ok {
		s.fail("header peer-sent came, which was not ordered")
	}
	s.check("half-close", stream.CloseSend(s.ctx))
	eof(s, stream)
	trailer, err := stream.Trailer()
	s.check("trailer", err)
	equal(s, "trailer peer-trailer", trailer["peer-trailer"], "t1")
	s.settled(id, outcomeOK)

	stream, id = s.openBidi("hdr;biz@1")
	s.check("send", stream.Send(s.ctx, s.message(0)))
	_, err = drain(s, stream)
	s.expectBiz(err)
	trailer, err = stream.Trailer()
	s.check("trailer", err)
	equal(s, "trailer peer-trailer", trailer["peer-trailer"], "t1")
	s.settled(id, outcomeBiz)
}

func runSendHeader(s *session) {
	stream, id := s.openBidi("sendhdr")
	header, err := stream.Header()
	s.check("header", err)
	equal(s, "header peer-set", header["peer-set"], "h1")
	equal(s, "header peer-sent", header["peer-sent"], "h2")
	s.inTurn(stream, 0)
	s.check("half-close", stream.CloseSend(s.ctx))
	eof(s, stream)
	trailer, err := stream.Trailer()
	s.check("trailer", err)
	equal(s, "trailer peer-trailer", trailer["peer-trailer"], "t1")
	s.settled(id, outcomeOK)
}

// withMetainfo adds a transient and a persistent value.
func withMetainfo(ctx context.Context) context.Context {
	ctx = metainfo.WithValue(ctx, "PEER_T", "t 1")
	return metainfo.WithPersistentValue(ctx, "PEER_P", "p 1")
}

// checkMetainfo expects the values of withMetainfo in an answer to "meta".
func (s *session) checkMetainfo(attrs map[string]string) {
	equal(s, "t:PEER_T", attrs["t:PEER_T"], "t 1")
	equal(s, "p:PEER_P", attrs["p:PEER_P"], "p 1")
}

func runMetainfo(s *session) {
	ctx, id := s.order("meta")
	stream, err := s.peer.Bidi(withMetainfo(ctx))
	s.check("open", err)
	s.checkMetainfo(s.inTurn(stream, 0).Attrs)
	s.finish(stream, id)
}

func runMetainfoPP(s *session) {
	attrs, _ := s.orderAttrs("meta")
	res, err := s.peer.Echo(withMetainfo(s.ctx), &peerthrift.Msg{Text: "m0", Attrs: attrs})
	s.check("call", err)
	received(res)
	s.checkMetainfo(res.Attrs)
}

func runBackPP(s *session) {
	ctx := metainfo.WithBackwardValues(s.ctx)
	attrs, _ := s.orderAttrs("back=b1")
	res, err := s.peer.Echo(ctx, &peerthrift.Msg{Text: "m0", Attrs: attrs})
	s.check("call", err)
	received(res)
	back, ok := metainfo.RecvBackwardValue(ctx, keyBack)
	if !ok {
		s.fail("no backward value came")
	}
	equal(s, keyBack, back, "b1")
}

func runWho(s *session) {
	stream, id := s.openBidi("who")
	s.checkWho(s.inTurn(stream, 0).Attrs, s.peerName(), "Bidi")
	s.finish(stream, id)

	ctx, id := s.order("who")
	other, err := s.other.Bidi(ctx)
	s.check("open", err)
	s.check("send", other.Send(s.ctx, s.message(0)))
	s.checkWho(s.next(other).Attrs, s.otherName(), "Bidi")
	s.finish(other, id)
}

// peerName and otherName are what the IDL calls the two services.
func (s *session) peerName() string { return s.wire.family.serviceName("Peer") }

func (s *session) otherName() string { return s.wire.family.serviceName("Other") }

func (s *session) checkWho(attrs map[string]string, service, method string) {
	equal(s, "service", attrs["service"], service)
	equal(s, "method", attrs["method"], method)
}

func runWhoPP(s *session) {
	attrs, _ := s.orderAttrs("who")
	res, err := s.peer.Echo(s.ctx, &peerthrift.Msg{Text: "m0", Attrs: attrs})
	s.check("call", err)
	received(res)
	s.checkWho(res.Attrs, s.peerName(), "Echo")
	switch {
	case s.wire.can(callerName):
		equal(s, "from", res.Attrs["from"], clientName)
	case s.wire.can(streamDeadline):
		// gRPC: Kitex sends and reads the name only if it is told to, others always.
	default:
		equal(s, "from", res.Attrs["from"], "")
	}
}

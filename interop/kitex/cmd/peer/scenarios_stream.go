package main

import (
	"strconv"

	"streamgen/interop/kitex/kitex_gen/peerthrift"
)

var streamScenarios = []scenario{
	{"bidi", streams, runBidi},
	{"client", streams, runClientStream},
	{"server", streams, runServerStream},
}

// runBidi sends and receives in turn.
func runBidi(s *session) {
	ctx, id := s.order("")
	stream, err := s.peer.Bidi(ctx)
	s.check("open", err)
	for i := range s.count {
		sent := s.message(i)
		s.check("send", stream.Send(ctx, sent))
		s.same(s.next(stream), sent, "echo:"+sent.Text)
	}
	s.check("half-close", stream.CloseSend(ctx))
	eof(s, stream)
	s.settled(id, outcomeOK)
}

// runClientStream sends all, half-closes and receives the one answer.
func runClientStream(s *session) {
	ctx, id := s.order("")
	stream, err := s.peer.ClientStream(ctx)
	s.check("open", err)
	for i := range s.count {
		s.check("send", stream.Send(ctx, s.message(i)))
	}
	res, err := stream.CloseAndRecv(ctx)
	s.check("answer", err)
	received(res)
	s.checkTally(res, s.count)
	s.settled(id, outcomeOK)
}

// checkTally compares ClientStream's answer to the first n messages.
func (s *session) checkTally(res *peerthrift.Msg, n int) {
	text := "got:"
	if n > 0 {
		text += "m" + strconv.Itoa(n-1)
	}
	equal(s, "text", res.Text, text)
	equal(s, "seq", res.Seq, int64(n))
	equal(s, "sum", res.Attrs["sum"], strconv.Itoa(n*(n-1)/2))
	equal(s, "bytes", res.Attrs["bytes"], strconv.Itoa(n*s.size))
}

// runServerStream sends one request and receives count answers.
func runServerStream(s *session) {
	ctx, id := s.order("")
	req := &peerthrift.Msg{Text: "m", Seq: int64(s.count), Payload: payload(s.size), Color: peerthrift.Color_GREEN}
	stream, err := s.peer.ServerStream(ctx, req)
	s.check("open", err)
	for i := range s.count {
		want := *req
		want.Seq = int64(i)
		s.same(s.next(stream), &want, "m#"+strconv.Itoa(i))
	}
	eof(s, stream)
	s.settled(id, outcomeOK)
}

package main

import (
	"strconv"
	"time"

	"streamgen/interop/kitex/kitex_gen/peerthrift"
	"streamgen/interop/kitex/kitex_gen/peerthrift/peer"
)

// inTurn sends message i and receives its answer.
func (s *session) inTurn(stream peer.Peer_BidiClient, i int) *peerthrift.Msg {
	sent := s.message(i)
	s.check("send", stream.Send(s.ctx, sent))
	got := s.next(stream)
	equal(s, "text", got.Text, "echo:"+sent.Text)
	return got
}

// finish half-closes, receives the end and asks for the outcome ok.
func (s *session) finish(stream peer.Peer_BidiClient, id string) {
	s.check("half-close", stream.CloseSend(s.ctx))
	eof(s, stream)
	s.settled(id, outcomeOK)
}

// openBidi opens Peer.Bidi with directives.
func (s *session) openBidi(do string) (peer.Peer_BidiClient, string) {
	ctx, id := s.order(do)
	stream, err := s.peer.Bidi(ctx)
	s.check("open", err)
	return stream, id
}

// alive shows that the wire still works: Bidi with one message.
func (s *session) alive() {
	stream, id := s.openBidi("")
	s.inTurn(stream, 0)
	s.finish(stream, id)
}

func runBidi(s *session) {
	stream, id := s.openBidi("")
	for i := range s.count {
		sent := s.message(i)
		s.check("send", stream.Send(s.ctx, sent))
		s.same(s.next(stream), sent, "echo:"+sent.Text)
	}
	s.finish(stream, id)
}

func runBidiPipelined(s *session) {
	stream, id := s.openBidi("")
	total := 50 * s.count
	s.parallel(2, func(half int) {
		if half == 0 {
			for i := range total {
				s.check("send", stream.Send(s.ctx, s.message(i)))
			}
			s.check("half-close", stream.CloseSend(s.ctx))
			return
		}
		for i := range total {
			got, err := stream.Recv(s.ctx)
			s.check("recv", err)
			sent := s.message(i)
			s.same(got, sent, "echo:"+sent.Text)
		}
		eof(s, stream)
	})
	s.settled(id, outcomeOK)
}

func runClientStream(s *session) { s.clientStream(s.count) }

// clientStream sends n messages, half-closes and judges the one answer.
func (s *session) clientStream(n int) {
	ctx, id := s.order("")
	stream, err := s.peer.ClientStream(ctx)
	s.check("open", err)
	for i := range n {
		s.check("send", stream.Send(s.ctx, s.message(i)))
	}
	res, err := stream.CloseAndRecv(s.ctx)
	s.check("answer", err)
	received(res)
	s.checkTally(res, n)
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

func runServerStream(s *session) { s.serverStream(s.count) }

// serverStream asks for n answers and judges them.
func (s *session) serverStream(n int) {
	stream, req, id := s.openServerStream("", n)
	for i := range n {
		want := *req
		want.Seq = int64(i)
		s.same(s.next(stream), &want, "m#"+strconv.Itoa(i))
	}
	eof(s, stream)
	s.settled(id, outcomeOK)
}

// openServerStream asks for n answers with directives.
func (s *session) openServerStream(do string, n int) (peer.Peer_ServerStreamClient, *peerthrift.Msg, string) {
	ctx, id := s.order(do)
	req := &peerthrift.Msg{Text: "m", Seq: int64(n), Payload: payload(s.size), Color: peerthrift.Color_GREEN}
	stream, err := s.peer.ServerStream(ctx, req)
	s.check("open", err)
	return stream, req, id
}

// runUnary calls the method with streaming.mode "unary", which Kitex treats as ping-pong.
func runUnary(s *session) {
	for i := range s.count {
		sent := s.message(i)
		got, err := s.thriftPeer.UnaryStream(s.ctx, sent)
		s.check("call", err)
		received(got)
		s.same(got, sent, "unary:"+sent.Text)
	}
}

func runEmpty(s *session) {
	stream, id := s.openBidi("")
	s.finish(stream, id)
	s.clientStream(0)
	s.serverStream(0)
}

// runEarly has the handler return before the client half-closes.
func runEarly(s *session) {
	bidi, id := s.openBidi("ret@2")
	s.inTurn(bidi, 0)
	s.inTurn(bidi, 1)
	eof(s, bidi)
	s.settled(id, outcomeOK)
	s.expectError(bidi.Send(s.ctx, s.message(2)), classClosed, s.wire.streamErrors.closed)

	ctx, id := s.order("ret@2")
	client, err := s.peer.ClientStream(ctx)
	s.check("open", err)
	for i := range 2 {
		s.check("send", client.Send(s.ctx, s.message(i)))
	}
	s.settled(id, outcomeOK)
	res, err := client.CloseAndRecv(s.ctx)
	s.check("answer", err)
	received(res)
	s.checkTally(res, 2)
}

// runSlow has answers wait for each other, not for the client.
func runSlow(s *session) {
	stream, id := s.openBidi("slow=20")
	started := time.Now()
	for i := range 3 {
		s.check("send", stream.Send(s.ctx, s.message(i)))
	}
	s.check("half-close", stream.CloseSend(s.ctx))
	for i := range 3 {
		equal(s, "text", s.next(stream).Text, "echo:m"+strconv.Itoa(i))
	}
	if took := time.Since(started); took < 60*time.Millisecond {
		s.fail("3 slow answers took %v", took)
	}
	eof(s, stream)
	s.settled(id, outcomeOK)
}

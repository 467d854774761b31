package main

import (
	"bytes"
	"fmt"
	"io"

	"streamgen/interop/kitex/kitex_gen/peerthrift"
)

// largeSize is the least payload of the large scenarios.
const largeSize = 3 << 20

// tagged is message i of task k.
func (s *session) tagged(k, i int) *peerthrift.Msg {
	m := s.message(i)
	m.Text = fmt.Sprintf("s%d-m%d", k, i)
	return m
}

// runMany has fast and slow streams share what connections there are.
func runMany(s *session) {
	s.parallel(s.parallelCalls, func(k int) {
		do := ""
		if k%2 == 1 {
			do = "slow=2"
		}
		ctx, _ := s.order(do)
		stream, err := s.peer.Bidi(ctx)
		s.check("open", err)
		for i := range s.count {
			sent := s.tagged(k, i)
			s.check("send", stream.Send(s.ctx, sent))
			got, err := stream.Recv(s.ctx)
			s.check("recv", err)
			s.same(got, sent, "echo:"+sent.Text)
		}
		s.check("half-close", stream.CloseSend(s.ctx))
		if n, err := drain(s, stream); n != 0 || err != io.EOF {
			s.fail("end of the stream: %d messages, %v", n, err)
		}
	})
}

func runManyPP(s *session) {
	s.parallel(s.parallelCalls, func(k int) {
		for i := range s.count {
			sent := s.tagged(k, i)
			got, err := s.peer.Echo(s.ctx, sent)
			s.check("call", err)
			s.same(got, sent, "pong:"+sent.Text)
		}
	})
}

// enlarged is a session whose messages are large.
func (s *session) enlarged() *session {
	big := *s
	big.size = max(s.size, largeSize)
	return &big
}

func runLarge(s *session) {
	big := s.enlarged()
	stream, id := big.openBidi("")
	sent := big.message(0)
	s.check("send", stream.Send(s.ctx, sent))
	s.same(s.next(stream), sent, "echo:"+sent.Text)
	s.finish(stream, id)
	big.clientStream(1)
	big.serverStream(1)
}

func runLargePP(s *session) {
	big := s.enlarged()
	big.alivePP()
	if !s.wire.can(allMethods) {
		return
	}
	blob, err := s.thriftPeer.Blob(s.ctx, int32(big.size))
	s.check("Blob", err)
	if !bytes.Equal(blob, payload(big.size)) {
		s.fail("Blob: %d bytes came, or others", len(blob))
	}
}

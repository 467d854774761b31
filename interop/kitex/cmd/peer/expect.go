package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"time"

	"streamgen/interop/kitex/kitex_gen/peerthrift"
)

// payload is n bytes, byte i being i mod 251.
func payload(n int) []byte {
	p := make([]byte, n)
	for i := range p {
		p[i] = byte(i % 251)
	}
	return p
}

// message is the i-th message of a stream.
func (s *session) message(i int) *peerthrift.Msg {
	n := strconv.Itoa(i)
	return &peerthrift.Msg{
		Text: "m" + n, Seq: int64(i), Payload: payload(s.size),
		Attrs: map[string]string{"i": n}, Color: peerthrift.Color_BLUE,
	}
}

// received prints a message that came.
func received(m *peerthrift.Msg) {
	emit("recv", fields{"bytes": len(m.Payload), "seq": m.Seq, "text": m.Text})
}

// same compares an answer with what was sent; text is what the answer must say.
func (s *session) same(got, sent *peerthrift.Msg, text string) {
	equal(s, "text", got.Text, text)
	equal(s, "seq of "+text, got.Seq, sent.Seq)
	equal(s, "color of "+text, got.Color, sent.Color)
	if !bytes.Equal(got.Payload, sent.Payload) {
		s.fail("payload of %s: %d bytes came back for %d, or others", text, len(got.Payload), len(sent.Payload))
	}
	if !maps.Equal(got.Attrs, sent.Attrs) {
		s.fail("attrs of %s: got %v, want %v", text, got.Attrs, sent.Attrs)
	}
}

// receiver is the receiving half of a client's stream.
type receiver[T any] interface {
	Recv(ctx context.Context) (*T, error)
}

// next receives and prints one message.
func (s *session) next(stream receiver[peerthrift.Msg]) *peerthrift.Msg {
	m, err := stream.Recv(s.ctx)
	s.check("recv", err)
	received(m)
	return m
}

// eof expects the end of a stream.
func eof[T any](s *session, stream receiver[T]) {
	m, err := stream.Recv(s.ctx)
	if err == nil {
		s.fail("got %s, want the end of the stream", describe(m))
	}
	if err != io.EOF {
		s.fail("end of the stream: %v", err)
	}
	emit("eof", fields{})
}

func describe(m any) string {
	text := fmt.Sprintf("%v", m)
	if len(text) > 200 {
		text = text[:200] + "…"
	}
	return text
}

// settled asks the server how the call id ended, until it has, and expects one of the
// outcomes; where there are several, which one depends on the moment.
func (s *session) settled(id string, want ...string) {
	outcome := s.outcome(id)
	key := "outcome"
	if len(want) > 1 {
		key = "~outcome"
	}
	emit("settled", fields{key: outcome})
	if !slices.Contains(want, outcome) {
		s.fail("outcome: got %s, want %v", outcome, want)
	}
}

// outcome asks until the call is neither running nor unknown, or -timeout is over.
func (s *session) outcome(id string) string {
	return s.outcomeBut(id, outcomeRunning, outcomeUnknown)
}

// begun asks until the handler of the call has begun, or -timeout is over.
func (s *session) begun(id string) {
	if s.outcomeBut(id, outcomeUnknown) == outcomeUnknown {
		s.fail("the call %s has not begun", id)
	}
}

// outcomeBut asks the server for the outcome of the call id until the answer is none of the others, or -timeout is
// over. It returns the last answer.
func (s *session) outcomeBut(id string, others ...string) string {
	outcome := outcomeUnknown
	for started := time.Now(); time.Since(started) < s.timeout; time.Sleep(10 * time.Millisecond) {
		res, err := s.peer.Echo(s.ctx, &peerthrift.Msg{Attrs: map[string]string{"do": "report=" + id}})
		s.check("report", err)
		outcome = res.Attrs["outcome"]
		if !slices.Contains(others, outcome) {
			break
		}
	}
	return outcome
}

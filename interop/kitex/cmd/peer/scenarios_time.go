package main

import (
	"context"
	"io"
	"time"

	"github.com/cloudwego/kitex/client/callopt"
	"github.com/cloudwego/kitex/client/callopt/streamcall"
	"github.com/cloudwego/kitex/pkg/streaming"

	"streamgen/interop/kitex/kitex_gen/peerthrift"
	"streamgen/interop/kitex/kitex_gen/peerthrift/peer"
)

const (
	// shortTimeout is for what takes longer anyway.
	shortTimeout = 200 * time.Millisecond
	// longTimeout is for a call or a Recv that has to succeed before one that takes too long, on a
	// busy machine too.
	longTimeout = 5 * time.Second
	// tries is how often a Recv is tried again for an answer that is late, each for shortTimeout.
	tries = 75
	// cancelAfter lets a receive be pending before the cancel comes.
	cancelAfter = 100 * time.Millisecond
)

// cancelable is a session whose calls end by the function that comes with it.
func (s *session) cancelable() (*session, context.CancelFunc) {
	child := *s
	ctx, cancel := context.WithCancel(s.ctx)
	child.ctx = ctx
	return &child, cancel
}

func runCancel(s *session) {
	child, cancel := s.cancelable()
	bidi, id := child.openBidi("hold@1")
	child.inTurn(bidi, 0)
	time.AfterFunc(cancelAfter, cancel)
	_, err := bidi.Recv(child.ctx)
	s.canceled(err, id)

	child, cancel = s.cancelable()
	ctx, id := child.order("hold@1")
	client, err := child.peer.ClientStream(ctx)
	s.check("open", err)
	s.check("send", client.Send(ctx, s.message(0)))
	// Kitex's gRPC client sends nothing of a stream that is cancelled before its HEADERS were written.
	s.begun(id)
	time.AfterFunc(cancelAfter, cancel)
	_, err = client.CloseAndRecv(ctx)
	s.canceled(err, id)

	child, cancel = s.cancelable()
	server, _, id := child.openServerStream("hold@1", 3)
	equal(s, "text", child.next(server).Text, "m#0")
	time.AfterFunc(cancelAfter, cancel)
	_, err = server.Recv(child.ctx)
	s.canceled(err, id)
}

// canceled expects the caller's error and the handler's outcome after a cancel.
func (s *session) canceled(err error, id string) {
	s.expectError(err, classCanceled, s.wire.streamErrors.canceled)
	s.settled(id, outcomeCanceled)
}

// runCancelIdle cancels with no receive pending, which Kitex's client notices by a sweep
// every five seconds.
func runCancelIdle(s *session) {
	child, cancel := s.cancelable()
	stream, id := child.openBidi("hold@1")
	child.inTurn(stream, 0)
	cancel()
	s.settled(id, outcomeCanceled)
}

func runCancelFlood(s *session) {
	child, cancel := s.cancelable()
	stream, _, id := child.openServerStream("flood;slow=1", 1)
	for range s.count {
		_, err := stream.Recv(child.ctx)
		s.check("recv", err)
	}
	cancel()
	_, err := drain(child, stream)
	s.canceled(err, id)
}

// openWithRecvTimeout opens Peer.Bidi with directives and a Recv timeout.
func (s *session) openWithRecvTimeout(do string, timeout time.Duration, keep bool) (peer.Peer_BidiClient, string) {
	ctx, id := s.order(do)
	stream, err := s.peer.Bidi(ctx, streamcall.WithRecvTimeoutConfig(streaming.TimeoutConfig{
		Timeout: timeout, DisableCancelRemote: keep,
	}))
	s.check("open", err)
	return stream, id
}

func runRecvTimeout(s *session) {
	stream, id := s.openWithRecvTimeout("hold@1", longTimeout, false)
	s.inTurn(stream, 0)
	_, err := stream.Recv(s.ctx)
	s.expectError(err, classTimeout, s.wire.streamErrors.recvTimeout)
	s.settled(id, outcomeCanceled)
}

func runRecvTimeoutKeep(s *session) {
	stream, id := s.openWithRecvTimeout("slow=600", shortTimeout, true)
	// The client receives before it sends: the server has nothing to answer yet, however late the client is.
	_, err := stream.Recv(s.ctx)
	s.expectError(err, classTimeout, s.wire.streamErrors.recvTimeout)
	s.check("send", stream.Send(s.ctx, s.message(0)))
	got, err := s.patiently(stream)
	s.check("recv", err)
	received(got)
	equal(s, "text", got.Text, "echo:m0")
	s.check("half-close", stream.CloseSend(s.ctx))
	if _, err = s.patiently(stream); err != io.EOF {
		s.fail("end of the stream: %v", err)
	}
	emit("eof", fields{})
	s.settled(id, outcomeOK)
}

// patiently receives past timeouts, which leave the stream alone: on a busy machine whatever comes is late.
func (s *session) patiently(stream receiver[peerthrift.Msg]) (got *peerthrift.Msg, err error) {
	for range tries {
		if got, err = stream.Recv(s.ctx); err == nil {
			return got, nil
		}
		if class, _ := classify(err); class != classTimeout {
			return nil, err
		}
	}
	return nil, err
}

// runDeadline: gRPC tells the server of the deadline, TTHeader Streaming does not.
func runDeadline(s *session) {
	child := *s
	ctx, cancel := context.WithTimeout(s.ctx, longTimeout)
	defer cancel()
	child.ctx = ctx
	stream, id := child.openBidi("hold@1;deadline")
	told := child.inTurn(stream, 0).Attrs["deadline"]
	_, err := stream.Recv(ctx)
	if s.wire.can(streamDeadline) {
		equal(s, "deadline", told, "yes")
		s.expectTimeoutRace(err)
		s.settled(id, outcomeTimeout, outcomeCanceled)
		return
	}
	equal(s, "deadline", told, "no")
	s.expectError(err, classTimeout, s.wire.streamErrors.deadline)
	s.settled(id, outcomeCanceled)
}

// expectTimeoutRace: the handler's deadline passes at about the same moment as the
// caller's, and the handler's error may be the first to arrive.
func (s *session) expectTimeoutRace(err error) {
	if err == nil {
		s.fail("no error after the deadline")
	}
	gotClass, gotCode := classify(err)
	emit("error", fields{"~class": gotClass, "~code": gotCode, "~text": err.Error()})
	if gotClass != classTimeout && gotClass != classRemote {
		s.fail("error %s %d (%v), want timeout or the handler's", gotClass, gotCode, err)
	}
}

func runDeadlinePP(s *session) {
	const timeout = 5 * time.Second
	res := s.echoDeadline(callopt.WithRPCTimeout(timeout))
	equal(s, "deadline", res.Attrs["deadline"], "yes")
	left, err := time.ParseDuration(res.Attrs["left_ms"] + "ms")
	s.check("left_ms", err)
	if left <= 0 || left > timeout {
		s.fail("left_ms: %v", left)
	}
	res = s.echoDeadline()
	equal(s, "deadline", res.Attrs["deadline"], "no")
}

func (s *session) echoDeadline(options ...callopt.Option) *peerthrift.Msg {
	attrs, _ := s.orderAttrs("deadline")
	res, err := s.peer.Echo(s.ctx, &peerthrift.Msg{Text: "m0", Attrs: attrs}, options...)
	s.check("call", err)
	received(res)
	return res
}

func runTimeoutPP(s *session) {
	err, _ := s.echoDo("slow=5000", callopt.WithRPCTimeout(shortTimeout))
	if !s.wire.can(deadlines) {
		s.expectError(err, classTimeout, 0)
		s.alivePP()
		return
	}
	s.expectTimeoutRace(err)
	s.alivePP()
	// Long enough for the handler to begin.
	err, id := s.echoDo("hold", callopt.WithRPCTimeout(longTimeout))
	s.expectTimeoutRace(err)
	// The handler's own deadline races with the client's reset, or with the client's closing of the
	// connection.
	s.settled(id, outcomeTimeout, outcomeCanceled)
}

package main

import (
	"fmt"
	"maps"
	"strconv"

	"github.com/cloudwego/kitex/client/callopt"

	"streamgen/interop/kitex/kitex_gen/peerthrift"
)

// drain receives until an error and counts the messages before it.
func drain[T any](s *session, stream receiver[T]) (int, error) {
	for n := 0; ; n++ {
		if _, err := stream.Recv(s.ctx); err != nil {
			return n, err
		}
	}
}

func runBiz(s *session) {
	s.bizBidi("biz", 0)
	s.bizBidi("biz@2", 2)
	s.bizClient("biz", 0)
	s.bizClient("biz@2", 2)
	s.bizServer("biz", 0)
	s.bizServer("biz@2", 2)

	if s.wire.can(allMethods) {
		attrs, id := s.orderAttrs("biz")
		_, err := s.thriftPeer.UnaryStream(s.ctx, &peerthrift.Msg{Attrs: attrs})
		s.expectBiz(err)
		s.settled(id, outcomeBiz)
	}
}

// runGRPCBiz: a business status made for gRPC, where it is a status besides.
func runGRPCBiz(s *session) {
	stream, id := s.openBidi("grpcbiz@1")
	s.check("send", stream.Send(s.ctx, s.message(0)))
	_, err := drain(s, stream)
	s.expectBizStatus(err, 10002, "peer grpc biz", grpcBizExtra())
	s.settled(id, outcomeBiz)
}

func (s *session) bizBidi(do string, answers int) {
	stream, id := s.openBidi(do)
	for i := range answers {
		s.check("send", stream.Send(s.ctx, s.message(i)))
	}
	s.bizAfter(stream, answers)
	s.settled(id, outcomeBiz)
}

func (s *session) bizServer(do string, answers int) {
	stream, _, id := s.openServerStream(do, 3)
	s.bizAfter(stream, answers)
	s.settled(id, outcomeBiz)
}

// bizAfter allows what Kitex's client does: a business status that has arrived overtakes
// messages that were not read yet, and those are lost.
func (s *session) bizAfter(stream receiver[peerthrift.Msg], answers int) {
	n, err := drain(s, stream)
	if n > answers {
		s.fail("%d answers, want %d", n, answers)
	}
	if answers > 0 {
		emit("overtaken", fields{"~lost": answers - n})
	}
	s.expectBiz(err)
}

func (s *session) bizClient(do string, requests int) {
	ctx, id := s.order(do)
	stream, err := s.peer.ClientStream(ctx)
	s.check("open", err)
	for i := range requests {
		s.check("send", stream.Send(s.ctx, s.message(i)))
	}
	_, err = stream.CloseAndRecv(s.ctx)
	s.expectBiz(err)
	s.settled(id, outcomeBiz)
}

func runErr(s *session) {
	plain := s.wire.streamErrors.plain
	stream, id := s.openBidi("err")
	_, err := stream.Recv(s.ctx)
	s.expectRemote(err, plain)
	s.settled(id, outcomeError)

	stream, id = s.openBidi("err@2")
	s.inTurn(stream, 0)
	s.inTurn(stream, 1)
	_, err = stream.Recv(s.ctx)
	s.expectRemote(err, plain)
	s.settled(id, outcomeError)

	ctx, id := s.order("err@2")
	client, err := s.peer.ClientStream(ctx)
	s.check("open", err)
	s.check("send", client.Send(s.ctx, s.message(0)))
	s.check("send", client.Send(s.ctx, s.message(1)))
	_, err = client.CloseAndRecv(s.ctx)
	s.expectRemote(err, plain)
	s.settled(id, outcomeError)

	server, _, id := s.openServerStream("err@2", 3)
	for i := range 2 {
		equal(s, "text", s.next(server).Text, "m#"+strconv.Itoa(i))
	}
	_, err = server.Recv(s.ctx)
	s.expectRemote(err, plain)
	s.settled(id, outcomeError)
}

func runApp(s *session) { s.failedStream("app", s.wire.streamErrors.app) }

func runTrans(s *session) { s.failedStream("trans", s.wire.streamErrors.trans) }

// failedStream opens a stream whose handler fails at once.
func (s *session) failedStream(do string, want remoteError) {
	stream, id := s.openBidi(do)
	_, err := stream.Recv(s.ctx)
	s.expectRemote(err, want)
	s.settled(id, outcomeError)
}

// statusCodes are those of the status scenarios: one that gRPC has a meaning for, and one
// above its last.
var statusCodes = []int32{5, 99}

func runStatus(s *session) {
	for _, code := range statusCodes {
		stream, id := s.openBidi(fmt.Sprintf("status=%d", code))
		_, err := stream.Recv(s.ctx)
		s.expectRemoteWith(err, code, "peer status")
		s.settled(id, outcomeError)
	}
}

func runPanic(s *session) {
	stream, id := s.openBidi("panic@1")
	s.inTurn(stream, 0)
	_, err := stream.Recv(s.ctx)
	s.expectRemoteWith(err, s.wire.streamErrors.panicked, "peer panic")
	s.settled(id, outcomePanic)
	s.alive()
}

// echoDo calls Echo with directives and gives the error and the call's id.
func (s *session) echoDo(do string, options ...callopt.Option) (error, string) {
	attrs, id := s.orderAttrs(do)
	_, err := s.peer.Echo(s.ctx, &peerthrift.Msg{Text: "m0", Attrs: attrs}, options...)
	return err, id
}

// aliveP shows that ping-pong calls still work: Echo of one message.
func (s *session) alivePP() {
	sent := s.message(0)
	res, err := s.peer.Echo(s.ctx, sent)
	s.check("call", err)
	received(res)
	s.same(res, sent, "pong:"+sent.Text)
}

func runVoid(s *session) {
	s.check("Nothing", s.thriftPeer.Nothing(s.ctx, "quiet"))
	s.check("NoArgs", s.thriftOther.NoArgs_(s.ctx))
}

func runException(s *session) {
	_, err := s.peer.Echo(s.ctx, &peerthrift.Msg{Attrs: map[string]string{"throw": "pe"}})
	s.checkPeerException(err, 77, "peer exception", map[string]string{"k": "v"})

	_, err = s.peer.Echo(s.ctx, &peerthrift.Msg{Attrs: map[string]string{"throw": "oe"}})
	s.expectError(err, classDeclared, 0)
	oe, ok := err.(*peerthrift.OtherException)
	if !ok {
		s.fail("got %v, want OtherException", err)
	}
	equal(s, "why", oe.Why, "other exception")

	err = s.thriftPeer.Nothing(s.ctx, "boom")
	s.checkPeerException(err, 7, "boom", map[string]string{"note": "boom"})

	attrs, id := s.orderAttrs("")
	attrs["throw"] = "pe"
	_, err = s.peer.Echo(s.ctx, &peerthrift.Msg{Attrs: attrs})
	s.checkPeerException(err, 77, "peer exception", map[string]string{"k": "v"})
	s.settled(id, outcomeError)
}

func (s *session) checkPeerException(err error, code int32, message string, extra map[string]string) {
	s.expectError(err, classDeclared, code)
	pe, ok := err.(*peerthrift.PeerException)
	if !ok {
		s.fail("got %v, want PeerException", err)
	}
	equal(s, "message", pe.Message, message)
	if !maps.Equal(pe.Extra, extra) {
		s.fail("extra: got %v, want %v", pe.Extra, extra)
	}
}

func runErrPP(s *session) {
	err, id := s.echoDo("err")
	s.expectRemote(err, s.wire.callErrors.plain)
	s.settled(id, outcomeError)
	s.alivePP()
}

func runAppPP(s *session) {
	err, id := s.echoDo("app")
	s.expectRemote(err, s.wire.callErrors.app)
	s.settled(id, outcomeError)
}

func runTransPP(s *session) {
	err, id := s.echoDo("trans")
	s.expectRemoteWith(err, s.wire.callErrors.trans.code, s.wire.callErrors.trans.text)
	s.settled(id, outcomeError)
}

func runStatusPP(s *session) {
	for _, code := range statusCodes {
		err, id := s.echoDo(fmt.Sprintf("status=%d", code))
		s.expectRemoteWith(err, code, "peer status")
		s.settled(id, outcomeError)
	}
	s.alivePP()
}

func runPanicPP(s *session) {
	err, id := s.echoDo("panic")
	s.expectRemoteWith(err, s.wire.callErrors.panicked, "peer panic")
	s.settled(id, outcomePanic)
	s.alivePP()
}

func runBizPP(s *session) {
	err, id := s.echoDo("biz")
	s.expectBiz(err)
	s.settled(id, outcomeBiz)
	s.alivePP()
}

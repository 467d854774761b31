package main

import (
	"maps"
	"strings"
	"time"

	"github.com/cloudwego/kitex/client"
	"github.com/cloudwego/kitex/client/callopt/streamcall"
	"github.com/cloudwego/kitex/pkg/streaming"

	pb "streamgen/interop/kitex/kitex_gen/peerpb/peerpb"
	"streamgen/interop/kitex/kitex_gen/peerthrift"
	"streamgen/interop/kitex/kitex_gen/peerthrift/peer"
)

// Names that the server lacks.
const (
	nobody  = "Nobody"
	missing = "Missing"
)

// strayClient is a client of a service that is Peer but for its name, with a further
// method "Missing" that is like like.
func (s *session) strayClient(service, like string) client.Client {
	info := peer.NewServiceInfo()
	if s.wire.family == protobufFamily {
		info = pb.NewServiceInfo()
	}
	stray := *info
	stray.ServiceName = service
	stray.Methods = maps.Clone(info.Methods)
	stray.Methods[missing] = info.Methods[like]
	options := append([]client.Option{client.WithDestService(s.name)}, s.options...)
	c, err := client.NewClient(&stray, options...)
	s.check("stray client", err)
	return c
}

// strayStream opens a bidirectional stream of a stray client.
func strayStream[T any](s *session, service, method string, options ...streamcall.Option) streaming.BidiStreamingClient[T, T] {
	c := s.strayClient(service, "Bidi")
	ctx := client.NewCtxWithCallOptions(s.ctx, streamcall.GetCallOptions(options))
	stream, err := c.(client.Streaming).StreamX(ctx, method)
	s.check("open", err)
	return streaming.NewBidiStreamingClient[T, T](s.carried(stream))
}

// carried is a stream as scenarios use it: Msg is that of peer.thrift.
func (s *session) carried(stream streaming.ClientStream) streaming.ClientStream {
	if s.wire.family == protobufFamily {
		return pbClientStream{stream}
	}
	return stream
}

// strayCall calls a method with message 0.
func (s *session) strayCall(service, method string) (*peerthrift.Msg, error) {
	if s.wire.family == protobufFamily {
		args := &pb.EchoArgs{Req: toProtobuf(s.message(0))}
		var result pb.EchoResult
		err := s.strayClient(service, "Echo").Call(s.ctx, method, args, &result)
		return mapped(result.GetSuccess(), err)
	}
	args := &peerthrift.PeerEchoArgs{Req: s.message(0)}
	var result peerthrift.PeerEchoResult
	err := s.strayClient(service, "Echo").Call(s.ctx, method, args, &result)
	return result.GetSuccess(), err
}

func runMultiService(s *session) {
	mine, id := s.openBidi("")
	ctx, otherID := s.order("")
	others, err := s.other.Bidi(ctx)
	s.check("open", err)
	for i := range 2 {
		s.inTurn(mine, i)
		sent := s.message(i)
		s.check("send", others.Send(s.ctx, sent))
		s.same(s.next(others), sent, "other:"+sent.Text)
	}
	s.finish(mine, id)
	s.finish(others, otherID)
}

// runServiceLookup: a method that one service alone has is found under any service name,
// one that two have is found without a name, in the fallback service.
func runServiceLookup(s *session) {
	sample := thriftSamples()[0]
	stream := strayStream[peerthrift.Everything](s, nobody, "BidiEverything")
	s.check("send", stream.Send(s.ctx, sample.value))
	got, err := stream.Recv(s.ctx)
	s.check("recv", err)
	checkEverything(s, sample.name, got, sample.value)
	s.check("half-close", stream.CloseSend(s.ctx))
	eof(s, stream)

	nameless := strayStream[peerthrift.Msg](s, "", "Bidi")
	s.inTurn(nameless, 0)
	s.check("half-close", nameless.CloseSend(s.ctx))
	eof(s, nameless)
}

func runUnknownMethod(s *session) { s.unknownStream(s.peerName(), s.wire.streamErrors.unknownMethod) }

func runUnknownService(s *session) { s.unknownStream(nobody, s.wire.streamErrors.unknownService) }

// unknownStream allows Kitex's server what it does over TTHeader Streaming, which is to answer
// nothing at all.
func (s *session) unknownStream(service string, want remoteError) {
	patience := 500 * time.Millisecond
	if s.ours {
		patience = s.timeout
	}
	stream := strayStream[peerthrift.Msg](s, service, missing,
		streamcall.WithRecvTimeoutConfig(streaming.TimeoutConfig{Timeout: patience}))
	_, err := stream.Recv(s.ctx)
	if err == nil {
		s.fail("an answer came")
	}
	class, code := classify(err)
	emit("error", fields{"~class": class, "~code": code, "~text": err.Error()})
	silent := !s.ours && class == classTimeout && code == s.wire.streamErrors.recvTimeout
	answered := class == classRemote && want.hasCode(code, s.ours) && strings.Contains(err.Error(), want.text)
	if !silent && !answered {
		s.fail("error %s %d: %v", class, code, err)
	}
	s.alive()
}

// runMultiServicePP: a wire that names no service gets Echo from the fallback service.
func runMultiServicePP(s *session) {
	sent := s.message(0)
	s.alivePP()
	prefix := "pong:"
	if s.wire.can(serviceNames) {
		prefix = "other:"
	}
	s.otherCall(s.other.Echo(s.ctx, sent))(prefix + sent.Text)
	if s.wire.can(allMethods) {
		s.otherCall(s.thriftOther.OnlyOther(s.ctx, sent))("only:" + sent.Text)
	}
}

// otherCall judges the answer of a call with message 0.
func (s *session) otherCall(res *peerthrift.Msg, err error) func(text string) {
	return func(text string) {
		s.check("call", err)
		received(res)
		s.same(res, s.message(0), text)
	}
}

func runServiceLookupPP(s *session) {
	s.otherCall(s.strayCall(nobody, "UnaryStream"))("unary:m0")
	s.otherCall(s.strayCall("", "Echo"))("pong:m0")
	_, err := s.strayCall(nobody, "Echo")
	s.expectRemote(err, remoteError{code: 20, text: "unknown service Nobody, method Echo"})
}

func runUnknownMethodPP(s *session) {
	_, err := s.strayCall(s.peerName(), missing)
	s.expectUnknown(err, s.wire.callErrors.unknownMethod)
	s.alivePP()
}

func runUnknownServicePP(s *session) {
	_, err := s.strayCall(nobody, missing)
	s.expectUnknown(err, s.wire.callErrors.unknownService)
	s.alivePP()
}

package main

import "streamgen/interop/kitex/kitex_gen/peerthrift"

func runEcho(s *session) {
	for i := range s.count {
		sent := s.message(i)
		res, err := s.peer.Echo(s.ctx, sent)
		s.check("call", err)
		received(res)
		s.same(res, sent, "pong:"+sent.Text)
	}
}

// runExtends calls a method that Peer inherits.
func runExtends(s *session) {
	greeting, err := s.thriftPeer.Hello(s.ctx, "peer")
	s.check("call", err)
	equal(s, "greeting", greeting, "hello, peer")
}

func runOneway(s *session) {
	attrs, id := s.orderAttrs("slow=50")
	s.check("call", s.thriftPeer.Fire(s.ctx, &peerthrift.Msg{Text: "m0", Attrs: attrs}))
	s.settled(id, outcomeOK)
	s.alivePP()
}

package main

var pingPongScenarios = []scenario{
	{"echo", pingPong, runEcho},
}

func runEcho(s *session) {
	for i := range s.count {
		sent := s.message(i)
		res, err := s.peer.Echo(s.ctx, sent)
		s.check("call", err)
		received(res)
		s.same(res, sent, "pong:"+sent.Text)
	}
}

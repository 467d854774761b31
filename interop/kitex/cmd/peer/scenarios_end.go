package main

import "time"

func runExit(s *session) {
	stream, _ := s.openBidi("exit@1")
	s.inTurn(stream, 0)
	_, err := stream.Recv(s.ctx)
	s.expectClass(err, classTransport)
}

func runExitPP(s *session) {
	err, _ := s.echoDo("exit")
	s.expectClass(err, classTransport)
}

// runDrain keeps a stream busy while the server stops.
func runDrain(s *session) {
	stream, _ := s.openBidi("")
	for {
		err := stream.Send(s.ctx, s.message(0))
		if err == nil {
			_, err = stream.Recv(s.ctx)
		}
		if err != nil {
			s.expectClass(err, classTransport)
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
}

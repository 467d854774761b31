package main

import (
	"context"
	"io"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// rollingMessages are those of a stream, and rollingBetween is the time between two: it lasts a second.
	rollingMessages = 10
	rollingBetween  = 100 * time.Millisecond
	// rollingPause is what a caller rests between two calls.
	rollingPause = 5 * time.Millisecond
)

// rolled counts what came of the calls or of the streams.
type rolled struct{ made, lost atomic.Int64 }

// runRolling makes calls and streams while servers restart, until standard input ends, and tells how many were lost.
func runRolling(s *session) {
	var calls, streamed rolled
	whys := make(chan string, 1)
	var over atomic.Bool
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		over.Store(true)
	}()
	var wg sync.WaitGroup
	again := func(count *rolled, call func() error) {
		defer wg.Done()
		for !over.Load() {
			if err := call(); err != nil {
				count.lost.Add(1)
				select {
				case whys <- err.Error():
				default:
				}
			} else {
				count.made.Add(1)
			}
			time.Sleep(rollingPause)
		}
	}
	for range s.parallelCalls {
		wg.Add(1)
		go again(&calls, s.rollingCall)
		if s.wire.can(streams) {
			wg.Add(1)
			go again(&streamed, s.rollingStream)
		}
	}
	wg.Wait()
	why := ""
	select {
	case why = <-whys:
	default:
	}
	emit("rolled", fields{
		"calls": calls.made.Load(), "lost_calls": calls.lost.Load(),
		"streams": streamed.made.Load(), "lost_streams": streamed.lost.Load(), "~first": why,
	})
	if why != "" {
		s.fail("calls or streams were lost, first: %s", why)
	}
}

// rollingTimeout is longer than any call takes on a busy machine.
const rollingTimeout = 10 * time.Second

func (s *session) rollingCall() error {
	ctx, cancel := context.WithTimeout(s.ctx, rollingTimeout)
	defer cancel()
	_, err := s.peer.Echo(ctx, s.message(0))
	return err
}

func (s *session) rollingStream() error {
	ctx, cancel := context.WithTimeout(s.ctx, rollingTimeout)
	defer cancel()
	stream, err := s.peer.Bidi(ctx)
	if err != nil {
		return err
	}
	for i := range rollingMessages {
		if err := stream.Send(ctx, s.message(i)); err != nil {
			return err
		}
		if _, err := stream.Recv(ctx); err != nil {
			return err
		}
		time.Sleep(rollingBetween)
	}
	if err := stream.CloseSend(ctx); err != nil {
		return err
	}
	if _, err := stream.Recv(ctx); err != io.EOF {
		return err
	}
	return nil
}

// Calls and streams that are too many for the server's limits.

package main

import (
	"context"
	"sync"
)

// limitedSlow is how long each call runs, so that many run at the same time.
const limitedSlow = "slow=100"

// refusals are the errors of calls that were refused, each text once.
type refusals struct {
	mu   sync.Mutex
	seen map[string]bool
}

func (r *refusals) add(err error) {
	if err == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if text := err.Error(); !r.seen[text] {
		r.seen[text] = true
		class, code := classify(err)
		emit("refused", fields{"class": class, "code": code, "text": text})
	}
}

// limited makes -parallel calls at the same time, of which the server has to refuse one.
func (s *session) limited(call func(ctx context.Context, k int) error) {
	refused := refusals{seen: make(map[string]bool)}
	s.parallel(s.parallelCalls, func(k int) { refused.add(call(s.ctx, k)) })
	if len(refused.seen) == 0 {
		s.fail("no call was refused")
	}
}

// runLimited: streams that exchange one message.
func runLimited(s *session) {
	s.limited(func(_ context.Context, k int) error {
		ctx, _ := s.order(limitedSlow)
		stream, err := s.peer.Bidi(ctx)
		if err != nil {
			return err
		}
		if err := stream.Send(s.ctx, s.message(k)); err != nil {
			return err
		}
		if _, err := stream.Recv(s.ctx); err != nil {
			return err
		}
		return stream.CloseSend(s.ctx)
	})
}

// runLimitedPP: ping-pong calls.
func runLimitedPP(s *session) {
	s.limited(func(ctx context.Context, k int) error {
		msg := s.message(k)
		msg.Attrs, _ = s.orderAttrs(limitedSlow)
		_, err := s.peer.Echo(ctx, msg)
		return err
	})
}

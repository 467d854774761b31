package main

import (
	"context"
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/bytedance/gopkg/cloud/metainfo"
	"github.com/cloudwego/kitex/client"
)

// session is what a scenario works with: clients, options and the judgement.
type session struct {
	clientOptions
	services
	ctx     context.Context
	options []client.Option
	ids     *atomic.Int64
}

// failure is the panic by which a scenario stops when a check fails.
type failure struct{ why string }

// fail ends the scenario as failed.
func (s *session) fail(format string, args ...any) {
	panic(failure{fmt.Sprintf(format, args...)})
}

// check ends the scenario as failed if err is an error.
func (s *session) check(what string, err error) {
	if err != nil {
		s.fail("%s: %v", what, err)
	}
}

// equal ends the scenario as failed if two values differ.
func equal[T comparable](s *session, what string, got, want T) {
	if got != want {
		s.fail("%s: got %v, want %v", what, got, want)
	}
}

// began is when this process started. It tells this process from an earlier one with the same
// process number.
var began = time.Now().UnixMilli()

// newID gives a call an id by which the server can be asked how it ended.
func (s *session) newID() string {
	return fmt.Sprintf("%d-%d-%d", os.Getpid(), began, s.ids.Add(1))
}

// order gives a context that carries directives and an id as metainfo.
func (s *session) order(do string) (context.Context, string) {
	id := s.newID()
	ctx := metainfo.WithValue(s.ctx, keyID, id)
	if do != "" {
		ctx = metainfo.WithValue(ctx, keyDo, do)
	}
	return ctx, id
}

// orderAttrs gives attrs that carry directives and an id, for wires without metainfo.
func (s *session) orderAttrs(do string) (map[string]string, string) {
	id := s.newID()
	return map[string]string{"id": id, "do": do}, id
}

// runScenarios runs the selected scenarios, one after the other, and reports whether all passed. A scenario
// that does not end is the last one: its server hangs, and each further scenario would wait for -timeout, too.
func runScenarios(opts clientOptions) bool {
	options := opts.wire.clientOptions(opts)
	base := session{
		clientOptions: opts,
		services:      opts.wire.connect(opts.name, options),
		options:       options,
		ids:           new(atomic.Int64),
	}
	ok, ran := true, 0
	for _, sc := range opts.run {
		passed, ended := base.runOne(sc)
		ok = passed && ok
		ran++
		if !ended {
			break
		}
	}
	emit("summary", fields{"ok": ok, "ran": ran})
	return ok
}

// runOne runs a scenario on its own goroutine, so that one that hangs fails at -timeout. It reports whether the
// scenario passed, and whether it ended.
func (s session) runOne(sc scenario) (passed, ended bool) {
	emit("start", fields{"proto": s.wire.name, "scenario": sc.name})
	started := time.Now()
	// Not a deadline: the wires that carry one would send it with every call.
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	s.ctx = ctx

	done := make(chan string, 1)
	go func() { done <- s.judge(sc.run) }()
	var why string
	select {
	case why = <-done:
		ended = true
	case <-time.After(s.timeout):
		why = fmt.Sprintf("no end within %v", s.timeout)
	}
	result := fields{"ok": why == "", "proto": s.wire.name, "scenario": sc.name, "~ms": time.Since(started).Milliseconds()}
	if why != "" {
		result["~why"] = why
	}
	emit("result", result)
	return why == "", ended
}

// judge runs f and gives the failure that ended it, if one did.
func (s *session) judge(f func(*session)) (why string) {
	defer func() {
		switch p := recover().(type) {
		case nil:
		case failure:
			why = p.why
		default:
			why = fmt.Sprintf("panic: %v", p)
		}
	}()
	f(s)
	return ""
}

// parallel runs f for 0 to n-1 at the same time and fails with the first failure.
func (s *session) parallel(n int, f func(i int)) {
	whys := make([]string, n)
	var wg sync.WaitGroup
	for i := range n {
		wg.Add(1)
		go func() {
			defer wg.Done()
			whys[i] = s.judge(func(*session) { f(i) })
		}()
	}
	wg.Wait()
	for i, why := range whys {
		if why != "" {
			s.fail("call %d: %s", i, why)
		}
	}
}

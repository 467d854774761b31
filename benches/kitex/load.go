package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"time"

	"github.com/cloudwego/kitex/pkg/streaming"
)

type load struct {
	workload              string
	size, streams, window int
}

// run drives the server at addr over one connection.
func (l load) run(addr string, grpc bool, callsBy string, warmUp, sample time.Duration) error {
	if grpc {
		c, err := grpcCalls(addr)
		if err != nil {
			return err
		}
		return run(l, c, warmUp, sample)
	}
	c, err := ttheaderCalls(addr, callsBy, l.streams)
	if err != nil {
		return err
	}
	return run(l, c, warmUp, sample)
}

func run[M any](l load, c calls[M], warmUp, sample time.Duration) error {
	if l.workload == "idle" {
		return idle(l, c)
	}

	var m meter
	failed := make(chan error, l.streams)
	for range l.streams {
		go func() { failed <- drive(l, c, &m) }()
	}
	done := make(chan struct{})
	go func() {
		m.report(warmUp, sample)
		close(done)
	}()
	select {
	case err := <-failed:
		return err
	case <-done:
		return nil
	}
}

// drive runs one stream, or caller, until it fails; the end of the process is its normal end.
func drive[M any](l load, c calls[M], m *meter) error {
	switch l.workload {
	case "ss":
		return count(l, c, m)
	case "pipe":
		return pipe(l, c, m)
	case "pp1", "pp100":
		return pingPong(l, c, m)
	case "unary100":
		return unary(l, c, m)
	default:
		return fmt.Errorf("unknown workload %q", l.workload)
	}
}

func count[M any](l load, c calls[M], m *meter) error {
	ctx := context.Background()
	s, err := c.burst(ctx, l.size)
	if err != nil {
		return err
	}
	for {
		if _, err := s.Recv(ctx); err != nil {
			return err
		}
		m.message()
	}
}

func pipe[M any](l load, c calls[M], m *meter) error {
	ctx := context.Background()
	message := c.message(l.size)
	s, err := c.echo(ctx)
	if err != nil {
		return err
	}
	for range l.window {
		if err := s.Send(ctx, message); err != nil {
			return err
		}
	}
	for {
		if _, err := s.Recv(ctx); err != nil {
			return err
		}
		m.message()
		if err := s.Send(ctx, message); err != nil {
			return err
		}
	}
}

func pingPong[M any](l load, c calls[M], m *meter) error {
	ctx := context.Background()
	message := c.message(l.size)
	s, err := c.echo(ctx)
	if err != nil {
		return err
	}
	for {
		sent := time.Now()
		if err := s.Send(ctx, message); err != nil {
			return err
		}
		if _, err := s.Recv(ctx); err != nil {
			return err
		}
		m.message()
		if l.streams == 1 {
			m.latency(time.Since(sent))
		}
	}
}

func unary[M any](l load, c calls[M], m *meter) error {
	ctx := context.Background()
	message := c.message(l.size)
	for {
		if _, err := c.unary(ctx, message); err != nil {
			return err
		}
		m.message()
	}
}

// idle opens one stream, waits for a line, opens the rest and holds them until the driver hangs up.
// Each stream carries one message both ways, so that it exists on both sides.
func idle[M any](l load, c calls[M]) error {
	open := make([]streaming.BidiStreamingClient[M, M], 0, l.streams)
	in := bufio.NewScanner(os.Stdin)
	for len(open) < l.streams {
		s, err := c.echo(context.Background())
		if err != nil {
			return err
		}
		if err := exchange(s, c.message(l.size)); err != nil {
			return err
		}
		open = append(open, s)
		if len(open) == 1 {
			fmt.Println("ready")
			in.Scan()
		}
	}
	fmt.Println("opened")
	answerDriver()
	return nil
}

func exchange[M any](s streaming.BidiStreamingClient[M, M], message *M) error {
	ctx := context.Background()
	if err := s.Send(ctx, message); err != nil {
		return err
	}
	_, err := s.Recv(ctx)
	return err
}

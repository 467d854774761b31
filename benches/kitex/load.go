package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"time"

	"github.com/cloudwego/kitex/client"
	"github.com/cloudwego/kitex/pkg/remote/trans/ttstream"

	"kitexbench/kitex_gen/bench"
	"kitexbench/kitex_gen/bench/stream"
)

type load struct {
	workload              string
	size, streams, window int
}

// run drives the server at addr, all streams on one connection (mux pool of size 1).
func (l load) run(addr string, warmUp, sample time.Duration) error {
	pool := ttstream.WithClientMuxConnPool(ttstream.MuxConnConfig{PoolSize: 1})
	c, err := stream.NewClient("bench",
		client.WithHostPorts(addr),
		client.WithTTHeaderStreamingOptions(client.WithTTHeaderStreamingTransportOptions(pool)))
	if err != nil {
		return err
	}
	if l.workload == "idle" {
		return l.idle(c)
	}

	var m meter
	failed := make(chan error, l.streams)
	for range l.streams {
		go func() { failed <- l.drive(c, &m) }()
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

// drive runs one stream until it fails; the end of the process is its normal end.
func (l load) drive(c stream.Client, m *meter) error {
	switch l.workload {
	case "ss":
		return l.count(c, m)
	case "pipe":
		return l.pipe(c, m)
	case "pp1", "pp100":
		return l.pingPong(c, m)
	default:
		return fmt.Errorf("unknown workload %q", l.workload)
	}
}

func (l load) count(c stream.Client, m *meter) error {
	ctx := context.Background()
	s, err := c.ServerStream(ctx, &bench.Burst{Size: int32(l.size)})
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

func (l load) pipe(c stream.Client, m *meter) error {
	ctx := context.Background()
	message := &bench.Message{Payload: make([]byte, l.size)}
	s, err := c.Echo(ctx)
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

func (l load) pingPong(c stream.Client, m *meter) error {
	ctx := context.Background()
	message := &bench.Message{Payload: make([]byte, l.size)}
	s, err := c.Echo(ctx)
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

// idle opens one stream, waits for a line, opens the rest and holds them until the driver hangs up.
// Each stream carries one message both ways, so that it exists on both sides.
func (l load) idle(c stream.Client) error {
	open := make([]stream.Stream_EchoClient, 0, l.streams)
	in := bufio.NewScanner(os.Stdin)
	for len(open) < l.streams {
		s, err := c.Echo(context.Background())
		if err != nil {
			return err
		}
		if err := exchange(s, l.size); err != nil {
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

func exchange(s stream.Stream_EchoClient, size int) error {
	ctx := context.Background()
	if err := s.Send(ctx, &bench.Message{Payload: make([]byte, size)}); err != nil {
		return err
	}
	_, err := s.Recv(ctx)
	return err
}

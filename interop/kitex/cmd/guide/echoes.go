package main

import (
	"context"
	"io"
)

// receiver and sender are the directions of a stream, of generated code or without it.
type receiver[Q any] interface {
	Recv(ctx context.Context) (Q, error)
}

type sender[R any] interface {
	Send(ctx context.Context, response R) error
}

// echoEach answers each request at once.
func echoEach[Q, R any](ctx context.Context, requests receiver[Q], to sender[R], answer func(Q) R) error {
	for {
		request, err := requests.Recv(ctx)
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if err := to.Send(ctx, answer(request)); err != nil {
			return err
		}
	}
}

// lastOf returns the last request of a stream, or none if there is no request.
func lastOf[Q any](ctx context.Context, requests receiver[Q], none Q) (Q, error) {
	last := none
	for {
		request, err := requests.Recv(ctx)
		if err == io.EOF {
			return last, nil
		}
		if err != nil {
			return none, err
		}
		last = request
	}
}

// sendSome sends as many responses as a stream of responses has.
func sendSome[R any](ctx context.Context, to sender[R], response R) error {
	for range responses {
		if err := to.Send(ctx, response); err != nil {
			return err
		}
	}
	return nil
}

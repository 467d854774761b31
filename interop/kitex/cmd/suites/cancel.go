package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/cloudwego/kitex/pkg/kerrors"
	"github.com/cloudwego/kitex/pkg/remote/trans/nphttp2/codes"
	"github.com/cloudwego/kitex/pkg/remote/trans/nphttp2/status"
	"github.com/cloudwego/kitex/pkg/streaming"
)

const (
	// pause lies between two messages of an interaction.
	pause = 10 * time.Millisecond
	// interaction is how long an interaction goes on before it is cancelled.
	interaction = 60 * time.Millisecond
	// noticed is when Kitex's client has seen that the context of a stream is done which nobody receives
	// from: it looks every 5 s.
	noticed = 6 * time.Second
	// special is the message at which the client stops.
	special = "special"
)

// canceled expects the error of a call that was cancelled, and its context to be done.
func canceled(ctx context.Context, err error, grpc bool) error {
	if err == nil || ctx.Err() == nil {
		return fmt.Errorf("not cancelled: %v, context %v", err, ctx.Err())
	}
	if !grpc {
		if errors.Is(err, kerrors.ErrStreamingCanceled) {
			return nil
		}
		return fmt.Errorf("want a cancel of TTHeader Streaming, got %v", err)
	}
	// Kitex's Send has another error if it finds the stream closed.
	st, ok := status.FromError(err)
	if ok && (st.Code() == codes.Canceled || st.Message() == "the stream is done") {
		return nil
	}
	return fmt.Errorf("want status 1, got %v", err)
}

// canceledAtServer expects also that an error of TTHeader Streaming names those who have cancelled.
func canceledAtServer(ctx context.Context, err error) error {
	grpc := isGRPC(ctx)
	if wrong := canceled(ctx, err, grpc); wrong != nil {
		return wrong
	}
	if !grpc && !strings.Contains(err.Error(), "canceled path") {
		return fmt.Errorf("no path: %v", err)
	}
	return nil
}

// untilError repeats what succeeds.
func untilError(do func() error) error {
	for began := time.Now(); time.Since(began) < limit; time.Sleep(pause) {
		if err := do(); err != nil {
			return err
		}
	}
	return nil
}

// waitForEnd waits until the call of the handler has ended.
func waitForEnd(ctx context.Context) {
	select {
	case <-ctx.Done():
	case <-time.After(limit):
	}
}

// begun is what a handler says when it runs, and what its client waits for: a stream that is cancelled at once
// may have no handler.
func begun(stream streaming.ServerStream) error {
	return stream.SendHeader(streaming.Header{"begun": "yes"})
}

func waitForBegun(stream streaming.ClientStream) error {
	_, err := stream.Header()
	return err
}

func sending[M any](ctx context.Context, text string, send func(context.Context, *M) error) error {
	return untilError(func() error { return send(ctx, newMsg[M](text)) })
}

func cancelRequests[M any](ctx context.Context, stream streaming.ClientStreamingServer[M, M]) error {
	if err := begun(stream); err != nil {
		return err
	}
	count, err := drain(func() (*M, error) { return stream.Recv(ctx) })
	if caseOf(ctx) == "cancel_client_without_sending" && count != 0 {
		return judged(ctx, fmt.Errorf("%d messages of a client that sends none", count))
	}
	return judged(ctx, canceledAtServer(ctx, err))
}

func cancelResponses[M any](ctx context.Context, _ *M, stream streaming.ServerStreamingServer[M]) error {
	if err := begun(stream); err != nil {
		return err
	}
	switch caseOf(ctx) {
	case "cancel_server_responding_slowly":
		waitForEnd(ctx)
	case "cancel_server_deferred":
		for range 5 {
			if err := stream.Send(ctx, newMsg[M]("m")); err != nil {
				return judged(ctx, err)
			}
		}
		if err := stream.Send(ctx, newMsg[M](special)); err != nil {
			return judged(ctx, err)
		}
	}
	return judged(ctx, canceledAtServer(ctx, sending(ctx, "m", stream.Send)))
}

func cancelBoth[M any](ctx context.Context, stream streaming.BidiStreamingServer[M, M]) error {
	if err := begun(stream); err != nil {
		return err
	}
	received := make(chan error, 1)
	go func() {
		_, err := drain(func() (*M, error) { return stream.Recv(ctx) })
		received <- canceledAtServer(ctx, err)
	}()
	sent := canceledAtServer(ctx, sending(ctx, "m", stream.Send))
	return judged(ctx, errors.Join(sent, <-received))
}

// open is a context that can be cancelled, with the metainfo that the server's half needs.
func (c *caller[M]) open() (context.Context, context.CancelFunc) {
	return context.WithCancel(c.context())
}

func (c *caller[M]) canceled(ctx context.Context, err error) error {
	return canceled(ctx, err, c.wire.grpcStreams)
}

func cancelWithoutSending[M any](c *caller[M]) error {
	ctx, cancel := c.open()
	stream, err := c.client(ctx)
	if err != nil {
		return err
	}
	if err := waitForBegun(stream); err != nil {
		return err
	}
	cancel()
	time.Sleep(noticed)
	return c.canceled(stream.Context(), stream.Send(stream.Context(), newMsg[M]("m")))
}

func cancelWhileSending[M any](c *caller[M]) error {
	ctx, cancel := c.open()
	stream, err := c.client(ctx)
	if err != nil {
		return err
	}
	if err := waitForBegun(stream); err != nil {
		return err
	}
	time.AfterFunc(interaction, cancel)
	return c.canceled(stream.Context(), sending(stream.Context(), "m", stream.Send))
}

func cancelBehindRequests[M any](c *caller[M]) error {
	ctx, cancel := c.open()
	defer cancel()
	stream, err := c.client(ctx)
	if err != nil {
		return err
	}
	if err := waitForBegun(stream); err != nil {
		return err
	}
	for range 10 {
		if err := stream.Send(stream.Context(), newMsg[M]("m")); err != nil {
			return err
		}
	}
	return nil
}

// cancelWhileReceiving is for a server that answers at once, and for one that does not.
func cancelWhileReceiving[M any](c *caller[M]) error {
	ctx, cancel := c.open()
	stream, err := c.server(ctx, newMsg[M]("m"))
	if err != nil {
		return err
	}
	if err := waitForBegun(stream); err != nil {
		return err
	}
	time.AfterFunc(interaction, cancel)
	_, err = drain(func() (*M, error) { return stream.Recv(stream.Context()) })
	return c.canceled(stream.Context(), err)
}

func cancelBehindResponses[M any](c *caller[M]) error {
	ctx, cancel := c.open()
	defer cancel()
	stream, err := c.server(ctx, newMsg[M]("m"))
	if err != nil {
		return err
	}
	if err := waitForBegun(stream); err != nil {
		return err
	}
	for {
		res, err := stream.Recv(stream.Context())
		if err != nil || *textOf(res) == special {
			return err
		}
	}
}

func cancelBothWays[M any](c *caller[M]) error {
	ctx, cancel := c.open()
	stream, err := c.bidi(ctx)
	if err != nil {
		return err
	}
	if err := waitForBegun(stream); err != nil {
		return err
	}
	time.AfterFunc(interaction, cancel)
	received := make(chan error, 1)
	go func() {
		_, err := drain(func() (*M, error) { return stream.Recv(stream.Context()) })
		received <- c.canceled(stream.Context(), err)
	}()
	sent := c.canceled(stream.Context(), sending(stream.Context(), "m", stream.Send))
	return errors.Join(sent, <-received)
}

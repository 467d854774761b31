package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/cloudwego/kitex/client"
	"github.com/cloudwego/kitex/client/callopt/streamcall"
	"github.com/cloudwego/kitex/pkg/kerrors"
	"github.com/cloudwego/kitex/pkg/remote/trans/nphttp2/codes"
	"github.com/cloudwego/kitex/pkg/remote/trans/nphttp2/status"
	"github.com/cloudwego/kitex/pkg/streaming"
)

const (
	// short is the limit that takes effect, long the one that does not.
	short = 150 * time.Millisecond
	long  = time.Minute
	// deadline is the limit of a stream, which counts from its opening. Its handler has to begin before, on a busy
	// machine too.
	deadline = 5 * time.Second
	// behind is how much longer than another limit something takes that is not to come first: on a busy machine
	// whoever has set the limit wakes late.
	behind = 2 * time.Second
)

// statusRecvTimeout is the gRPC status that Kitex has added for a Recv timeout.
const statusRecvTimeout codes.Code = 17

// byDeadline says whether it is the stream's deadline that takes effect, and not the timeout of a Recv.
func byDeadline(name string) bool { return strings.HasSuffix(name, "_stream_timeout_takes_effect") }

// bothLimits says whether a case sets both.
func bothLimits(name string) bool { return strings.HasSuffix(name, "_takes_effect") }

// timedOutAtServer expects what the handler learns of its client's limit.
func timedOutAtServer(ctx context.Context, err error) error {
	if !byDeadline(caseOf(ctx)) {
		return canceledAtServer(ctx, err)
	}
	if _, ok := ctx.Deadline(); !ok || err == nil || ctx.Err() == nil {
		return fmt.Errorf("not timed out: %v, context %v, deadline %v", err, ctx.Err(), ok)
	}
	st, ok := status.FromError(err)
	if !ok || st.Code() != codes.DeadlineExceeded && st.Code() != codes.Canceled {
		return fmt.Errorf("want status 4 or 1, got %v", err)
	}
	return nil
}

func outlastRequests[M any](ctx context.Context, stream streaming.ClientStreamingServer[M, M]) error {
	if err := begun(stream); err != nil {
		return err
	}
	if _, err := drain(func() (*M, error) { return stream.Recv(ctx) }); err != nil {
		return judged(ctx, timedOutAtServer(ctx, err))
	}
	giveUp(ctx)
	send := func(ctx context.Context, message *M) error { return stream.SendMsg(ctx, message) }
	return judged(ctx, timedOutAtServer(ctx, sending(ctx, "m", send)))
}

func outlastResponses[M any](ctx context.Context, _ *M, stream streaming.ServerStreamingServer[M]) error {
	if err := begun(stream); err != nil {
		return err
	}
	return judged(ctx, fallSilent(ctx, stream.Send))
}

func outlastBoth[M any](ctx context.Context, stream streaming.BidiStreamingServer[M, M]) error {
	if err := begun(stream); err != nil {
		return err
	}
	if _, err := drain(func() (*M, error) { return stream.Recv(ctx) }); err != nil {
		return judged(ctx, timedOutAtServer(ctx, err))
	}
	return judged(ctx, fallSilent(ctx, stream.Send))
}

// giveUp waits until the call has ended. If the deadline ended the call, giveUp waits longer: the deadline may pass in
// this process before it passes at the client.
func giveUp(ctx context.Context) {
	waitForEnd(ctx)
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		time.Sleep(behind)
	}
}

// fallSilent sends some messages and then no more, until the client has given up.
func fallSilent[M any](ctx context.Context, send func(context.Context, *M) error) error {
	for range 3 {
		if err := send(ctx, newMsg[M]("m")); err != nil {
			// On a busy machine.
			return timedOutAtServer(ctx, err)
		}
	}
	giveUp(ctx)
	return timedOutAtServer(ctx, sending(ctx, "m", send))
}

// recvTimeout is the limit of one Recv in a case.
func recvTimeout(name string) streaming.TimeoutConfig {
	if byDeadline(name) {
		return streaming.TimeoutConfig{Timeout: long}
	}
	return streaming.TimeoutConfig{Timeout: short}
}

// clientTimeouts are those of the client, if they are not those of the call.
func clientTimeouts(opts options) []client.Option {
	if !strings.HasPrefix(opts.name, "timeout_") || opts.perCall {
		return nil
	}
	return []client.Option{client.WithStreamOptions(client.WithStreamRecvTimeoutConfig(recvTimeout(opts.name)))}
}

// timeouts are the limits of one stream: that of its context, and of a Recv if the client has none.
func (c *caller[M]) timeouts() (context.Context, context.CancelFunc, []streamcall.Option) {
	var options []streamcall.Option
	if c.opts.perCall {
		options = append(options, streamcall.WithRecvTimeoutConfig(recvTimeout(c.opts.name)))
	}
	whole := long
	switch {
	case !bothLimits(c.opts.name):
		ctx, cancel := c.open()
		return ctx, cancel, options
	case byDeadline(c.opts.name):
		whole = deadline
	}
	ctx, cancel := context.WithTimeout(c.context(), whole)
	return ctx, cancel, options
}

func (c *caller[M]) timedOut(err error) error {
	if !c.wire.grpcStreams {
		if errors.Is(err, kerrors.ErrStreamingTimeout) {
			return nil
		}
		return fmt.Errorf("want a timeout of TTHeader Streaming, got %v", err)
	}
	want := statusRecvTimeout
	if byDeadline(c.opts.name) {
		want = codes.DeadlineExceeded
	}
	if st, ok := status.FromError(err); err == nil || !ok || st.Code() != want {
		return fmt.Errorf("want status %d, got %v", want, err)
	}
	return nil
}

func timeoutOfRequests[M any](c *caller[M]) error {
	ctx, cancel, options := c.timeouts()
	defer cancel()
	stream, err := c.client(ctx, options...)
	if err != nil {
		return err
	}
	if err := waitForBegun(stream); err != nil {
		return err
	}
	for range 3 {
		if err := stream.Send(stream.Context(), newMsg[M]("m")); err != nil {
			return err
		}
	}
	_, err = stream.CloseAndRecv(stream.Context())
	return c.timedOut(err)
}

func timeoutOfResponses[M any](c *caller[M]) error {
	ctx, cancel, options := c.timeouts()
	defer cancel()
	stream, err := c.server(ctx, newMsg[M]("m"), options...)
	if err != nil {
		return err
	}
	if err := waitForBegun(stream); err != nil {
		return err
	}
	_, err = drain(func() (*M, error) { return stream.Recv(stream.Context()) })
	return c.timedOut(err)
}

func timeoutOfBoth[M any](c *caller[M]) error {
	ctx, cancel, options := c.timeouts()
	defer cancel()
	stream, err := c.bidi(ctx, options...)
	if err != nil {
		return err
	}
	if err := waitForBegun(stream); err != nil {
		return err
	}
	for range 3 {
		if err := stream.Send(stream.Context(), newMsg[M]("m")); err != nil {
			return err
		}
	}
	if err := stream.CloseSend(stream.Context()); err != nil {
		return err
	}
	_, err = drain(func() (*M, error) { return stream.Recv(stream.Context()) })
	return c.timedOut(err)
}

package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/cloudwego/kitex/pkg/remote/trans/nphttp2"
	"github.com/cloudwego/kitex/pkg/remote/trans/nphttp2/codes"
	"github.com/cloudwego/kitex/pkg/remote/trans/nphttp2/metadata"

	pb "streamgen/interop/kitex/kitex_gen/grpctesting"
)

func cancelAfterBegin(ctx context.Context, c *clients) error {
	canceled, cancel := context.WithCancel(ctx)
	defer cancel()
	stream, err := c.test.StreamingInputCall(canceled)
	if err != nil {
		return err
	}
	cancel()
	// CloseAndRecv would end the requests, and a server be quick enough to answer.
	err = stream.RecvMsg(canceled, &pb.StreamingInputCallResponse{})
	_, err = failedWith(codes.Canceled, err)
	return err
}

func cancelAfterFirstResponse(ctx context.Context, c *clients) error {
	return cancelAfter(ctx, c, exchange(27182, 31415), 31415)
}

// cancelAfter cancels a call when the first response to its request has come.
func cancelAfter(ctx context.Context, c *clients, request *pb.StreamingOutputCallRequest, size int32) error {
	canceled, cancel := context.WithCancel(ctx)
	defer cancel()
	stream, err := c.test.FullDuplexCall(canceled)
	if err != nil {
		return err
	}
	if err := errors.Join(stream.Send(canceled, request), receive(canceled, stream, size)); err != nil {
		return err
	}
	cancel()
	_, err = stream.Recv(canceled)
	_, err = failedWith(codes.Canceled, err)
	return err
}

func cancelAtServer(ctx context.Context, c *clients) error {
	before, _, err := report(ctx, c)
	if err != nil {
		return err
	}
	asked := metadata.AppendToOutgoingContext(ctx, reportKey, "1")
	if err := cancelAfter(asked, c, oneAndNoMore(), 1); err != nil {
		return err
	}
	after := before
	for after == before {
		if after, _, err = report(ctx, c); err != nil {
			return err
		}
	}
	if after != before+1 {
		return fmt.Errorf("%d calls cancelled", after-before)
	}
	return nil
}

func timeoutOnSleepingServer(ctx context.Context, c *clients) error {
	ctx, cancel := context.WithTimeout(ctx, time.Millisecond)
	defer cancel()
	_, err := failedWith(codes.DeadlineExceeded, outlastDeadline(ctx, c))
	return err
}

// outlastDeadline opens a stream to a server that has nothing to say. Its deadline may pass at any
// point of it.
func outlastDeadline(ctx context.Context, c *clients) error {
	stream, err := c.test.FullDuplexCall(ctx)
	if err != nil {
		return err
	}
	if err := stream.Send(ctx, exchange(27182)); err != nil {
		return err
	}
	_, err = stream.Recv(ctx)
	return err
}

func deadlineAtServer(ctx context.Context, c *clients) error {
	const limit = 15 * time.Second
	limited, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	_, remaining, err := report(limited, c)
	if err != nil {
		return err
	}
	left, err := strconv.ParseInt(remaining, 10, 64)
	if err != nil || left <= 0 || left > limit.Milliseconds() {
		return fmt.Errorf("%s ms are left", remaining)
	}
	_, remaining, err = report(ctx, c)
	if err != nil || remaining != "none" {
		return fmt.Errorf("%s ms are left without a limit: %w", remaining, err)
	}
	return nil
}

func deadlineInStream(ctx context.Context, c *clients) error {
	// Time enough for the first message on a busy machine.
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	stream, err := c.test.StreamingOutputCall(ctx, oneAndNoMore())
	if err != nil {
		return err
	}
	if err := receive(ctx, stream, 1); err != nil {
		return err
	}
	_, err = stream.Recv(ctx)
	_, err = failedWith(codes.DeadlineExceeded, err)
	return err
}

// report gives what the server says of itself: calls with reportKey that were cancelled, and the
// milliseconds that are left.
func report(ctx context.Context, c *clients) (canceled int64, remaining string, err error) {
	var header metadata.MD
	asked := metadata.AppendToOutgoingContext(ctx, reportKey, "1")
	if _, err := c.test.EmptyCall(nphttp2.GRPCHeader(asked, &header), &pb.Empty{}); err != nil {
		return 0, "", err
	}
	count, _ := first(header, canceledKey)
	remaining, _ = first(header, remainingKey)
	canceled, err = strconv.ParseInt(count, 10, 64)
	return canceled, remaining, err
}

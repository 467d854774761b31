package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	pb "streamgen/interop/kitex/kitex_gen/grpctesting"
)

// cases are those of gRPC's doc/interop-test-descriptions.md, and ours about what it leaves out.
// Kitex's client compresses all requests of a call or none, so that client_compressed_streaming
// is none of its cases.
var cases = map[string]func(context.Context, *clients) error{
	"empty_unary":                 emptyUnary,
	"large_unary":                 largeUnary,
	"client_streaming":            clientStreaming,
	"server_streaming":            serverStreaming,
	"ping_pong":                   pingPong,
	"empty_stream":                emptyStream,
	"custom_metadata":             customMetadata,
	"status_code_and_message":     statusCodeAndMessage,
	"special_status_message":      specialStatusMessage,
	"status_details":              statusDetails,
	"unimplemented_method":        unimplementedMethod,
	"unimplemented_service":       unimplementedService,
	"cancel_after_begin":          cancelAfterBegin,
	"cancel_after_first_response": cancelAfterFirstResponse,
	"cancel_at_server":            cancelAtServer,
	"timeout_on_sleeping_server":  timeoutOnSleepingServer,
	"deadline_at_server":          deadlineAtServer,
	"deadline_in_stream":          deadlineInStream,
	"client_compressed_unary":     clientCompressedUnary,
	"server_compressed_unary":     serverCompressedUnary,
	"server_compressed_streaming": serverCompressedStreaming,
}

var (
	requestSizes  = []int32{27182, 8, 1828, 45904}
	responseSizes = []int32{31415, 9, 2653, 58979}
)

func emptyUnary(ctx context.Context, c *clients) error {
	_, err := c.test.EmptyCall(ctx, &pb.Empty{})
	return err
}

func largeUnary(ctx context.Context, c *clients) error {
	response, err := c.test.UnaryCall(ctx, largeRequest())
	if err != nil {
		return err
	}
	return hasBody(response.GetPayload(), largeResponse)
}

const largeResponse = 314159

func largeRequest() *pb.SimpleRequest {
	return &pb.SimpleRequest{ResponseSize: largeResponse, Payload: zeros(271828)}
}

func clientStreaming(ctx context.Context, c *clients) error {
	stream, err := c.test.StreamingInputCall(ctx)
	if err != nil {
		return err
	}
	for _, size := range requestSizes {
		if err := stream.Send(ctx, &pb.StreamingInputCallRequest{Payload: zeros(size)}); err != nil {
			return err
		}
	}
	response, err := stream.CloseAndRecv(ctx)
	if err != nil {
		return err
	}
	if response.AggregatedPayloadSize != 74922 {
		return fmt.Errorf("want a sum of 74922, got %d", response.AggregatedPayloadSize)
	}
	return nil
}

func serverStreaming(ctx context.Context, c *clients) error {
	stream, err := c.test.StreamingOutputCall(ctx, exchange(0, responseSizes...))
	if err != nil {
		return err
	}
	for _, size := range responseSizes {
		if err := receive(ctx, stream, size); err != nil {
			return err
		}
	}
	return ended(ctx, stream)
}

func pingPong(ctx context.Context, c *clients) error {
	stream, err := c.test.FullDuplexCall(ctx)
	if err != nil {
		return err
	}
	for i, size := range requestSizes {
		if err := stream.Send(ctx, exchange(size, responseSizes[i])); err != nil {
			return err
		}
		if err := receive(ctx, stream, responseSizes[i]); err != nil {
			return err
		}
	}
	return errors.Join(stream.CloseSend(ctx), ended(ctx, stream))
}

func emptyStream(ctx context.Context, c *clients) error {
	stream, err := c.test.FullDuplexCall(ctx)
	if err != nil {
		return err
	}
	return errors.Join(stream.CloseSend(ctx), ended(ctx, stream))
}

// receiver is a stream of responses.
type receiver interface {
	Recv(ctx context.Context) (*pb.StreamingOutputCallResponse, error)
}

// receive takes one response of this many zeros.
func receive(ctx context.Context, stream receiver, size int32) error {
	response, err := stream.Recv(ctx)
	if err != nil {
		return err
	}
	return hasBody(response.GetPayload(), size)
}

// ended is nil if there are no more responses.
func ended(ctx context.Context, stream receiver) error {
	if _, err := stream.Recv(ctx); err != io.EOF {
		return fmt.Errorf("want the end of the stream, got %w", err)
	}
	return nil
}

func hasBody(payload *pb.Payload, size int32) error {
	if payload == nil || len(payload.Body) != int(size) {
		return fmt.Errorf("want %d bytes, got %v", size, len(payload.GetBody()))
	}
	for _, b := range payload.Body {
		if b != 0 {
			return errors.New("a body that is not all zeros")
		}
	}
	return nil
}

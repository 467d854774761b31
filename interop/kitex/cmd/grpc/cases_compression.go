package main

import (
	"context"
	"fmt"
	"slices"

	"github.com/cloudwego/kitex/client/callopt"
	"github.com/cloudwego/kitex/client/callopt/streamcall"
	"github.com/cloudwego/kitex/pkg/remote/codec/protobuf/encoding/gzip"
	"github.com/cloudwego/kitex/pkg/remote/trans/nphttp2/codes"

	pb "streamgen/interop/kitex/kitex_gen/grpctesting"
)

func clientCompressedUnary(ctx context.Context, c *clients) error {
	request := func(compressed bool) *pb.SimpleRequest {
		request := largeRequest()
		request.ExpectCompressed = &pb.BoolValue{Value: compressed}
		return request
	}
	// A server that cannot tell would take this one too.
	_, err := c.test.UnaryCall(ctx, request(true))
	if _, err := failedWith(codes.InvalidArgument, err); err != nil {
		return err
	}
	response, err := c.test.UnaryCall(ctx, request(true), callopt.WithGRPCCompressor(gzip.Name))
	if err != nil {
		return err
	}
	if err := hasBody(response.GetPayload(), largeResponse); err != nil {
		return err
	}
	response, err = c.test.UnaryCall(ctx, request(false))
	if err != nil {
		return err
	}
	return hasBody(response.GetPayload(), largeResponse)
}

// Kitex says that it takes gzip where it sends gzip.
func serverCompressedUnary(ctx context.Context, c *clients) error {
	for _, compressed := range []bool{true, false} {
		request := largeRequest()
		request.ResponseCompressed = &pb.BoolValue{Value: compressed}
		wasCompressed()
		response, err := c.test.UnaryCall(ctx, request, callopt.WithGRPCCompressor(gzip.Name))
		if err != nil {
			return err
		}
		if err := hasBody(response.GetPayload(), largeResponse); err != nil {
			return err
		}
		if seen := wasCompressed(); seen != compressed {
			return fmt.Errorf("want a response compressed: %v, got %v", compressed, seen)
		}
	}
	return nil
}

func serverCompressedStreaming(ctx context.Context, c *clients) error {
	request := exchange(0, 31415, 92653)
	request.ResponseParameters[0].Compressed = &pb.BoolValue{Value: true}
	wasCompressed()
	stream, err := c.test.StreamingOutputCall(ctx, request, streamcall.WithGRPCCompressor(gzip.Name))
	if err != nil {
		return err
	}
	var seen []bool
	for _, wanted := range request.ResponseParameters {
		if err := receive(ctx, stream, wanted.Size); err != nil {
			return err
		}
		seen = append(seen, wasCompressed())
	}
	if want := []bool{true, false}; !slices.Equal(seen, want) {
		return fmt.Errorf("want responses compressed: %v, got %v", want, seen)
	}
	return ended(ctx, stream)
}

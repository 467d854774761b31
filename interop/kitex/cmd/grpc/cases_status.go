package main

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/cloudwego/kitex/pkg/remote/trans/nphttp2"
	"github.com/cloudwego/kitex/pkg/remote/trans/nphttp2/codes"
	"github.com/cloudwego/kitex/pkg/remote/trans/nphttp2/metadata"
	"github.com/cloudwego/kitex/pkg/remote/trans/nphttp2/status"
	"google.golang.org/protobuf/proto"

	pb "streamgen/interop/kitex/kitex_gen/grpctesting"
)

const (
	initial  = "test_initial_metadata_value"
	trailing = "\xab\xab\xab"
)

func customMetadata(ctx context.Context, c *clients) error {
	var header, trailer metadata.MD
	sent := metadata.AppendToOutgoingContext(ctx, echoInitial, initial, echoTrailing, trailing)
	unary := nphttp2.GRPCTrailer(nphttp2.GRPCHeader(sent, &header), &trailer)
	if _, err := c.test.UnaryCall(unary, &pb.SimpleRequest{ResponseSize: 1, Payload: zeros(1)}); err != nil {
		return err
	}
	if err := cameBack(header.Get(echoInitial), trailer.Get(echoTrailing)); err != nil {
		return err
	}
	stream, err := c.test.FullDuplexCall(sent)
	if err != nil {
		return err
	}
	if err := stream.Send(ctx, exchange(1, 1)); err != nil {
		return err
	}
	streamHeader, err := stream.Header()
	if err != nil {
		return err
	}
	if err := errors.Join(receive(ctx, stream, 1), stream.CloseSend(ctx), ended(ctx, stream)); err != nil {
		return err
	}
	streamTrailer, err := stream.Trailer()
	if err != nil {
		return err
	}
	return cameBack([]string{streamHeader[echoInitial]}, []string{streamTrailer[echoTrailing]})
}

func cameBack(header, trailer []string) error {
	if !slices.Equal(header, []string{initial}) || !slices.Equal(trailer, []string{trailing}) {
		return fmt.Errorf("header %q, trailer %q", header, trailer)
	}
	return nil
}

func statusCodeAndMessage(ctx context.Context, c *clients) error {
	_, err := failsAsAsked(ctx, c, &pb.EchoStatus{Code: 2, Message: "test status message"})
	return err
}

func specialStatusMessage(ctx context.Context, c *clients) error {
	message := "\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n"
	_, err := failsAsAsked(ctx, c, &pb.EchoStatus{Code: 2, Message: message})
	return err
}

func statusDetails(ctx context.Context, c *clients) error {
	asked := &pb.EchoStatus{Code: 9, Message: "with details é"}
	want, err := statusOf(asked, true)
	if err != nil {
		return err
	}
	ctx = metadata.AppendToOutgoingContext(ctx, detailsKey, "1")
	statuses, err := failsAsAsked(ctx, c, asked)
	for _, st := range statuses {
		if !proto.Equal(st.Proto(), want.Proto()) {
			return fmt.Errorf("want details %v, got %v", want.Proto(), st.Proto())
		}
	}
	return err
}

// failsAsAsked gives the statuses of a unary call and of a stream that ask for one.
func failsAsAsked(ctx context.Context, c *clients, asked *pb.EchoStatus) ([]*status.Status, error) {
	_, unary := c.test.UnaryCall(ctx, &pb.SimpleRequest{ResponseStatus: asked})
	stream, err := c.test.FullDuplexCall(ctx)
	if err != nil {
		return nil, err
	}
	if err := stream.Send(ctx, &pb.StreamingOutputCallRequest{ResponseStatus: asked}); err != nil {
		return nil, err
	}
	_, streaming := stream.Recv(ctx)
	var statuses []*status.Status
	for _, err := range []error{unary, streaming} {
		st, err := failedWith(codes.Code(asked.Code), err)
		if err != nil {
			return nil, err
		}
		if st.Message() != asked.Message {
			return nil, fmt.Errorf("want message %q, got %q", asked.Message, st.Message())
		}
		statuses = append(statuses, st)
	}
	return statuses, nil
}

func unimplementedMethod(ctx context.Context, c *clients) error {
	_, err := c.test.UnimplementedCall(ctx, &pb.Empty{})
	_, err = failedWith(codes.Unimplemented, err)
	return err
}

func unimplementedService(ctx context.Context, c *clients) error {
	_, err := c.unimplemented.UnimplementedCall(ctx, &pb.Empty{})
	_, err = failedWith(codes.Unimplemented, err)
	return err
}

package main

import (
	"context"
	"errors"
	"io"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/cloudwego/kitex/pkg/kerrors"
	"github.com/cloudwego/kitex/pkg/remote/trans/nphttp2"
	"github.com/cloudwego/kitex/pkg/remote/trans/nphttp2/codes"
	"github.com/cloudwego/kitex/pkg/remote/trans/nphttp2/metadata"
	"github.com/cloudwego/kitex/pkg/remote/trans/nphttp2/status"

	pb "streamgen/interop/kitex/kitex_gen/grpctesting"
)

// testService is TestService as gRPC's document describes it.
type testService struct {
	checkCompression bool
	// canceled counts full-duplex calls with reportKey that were cancelled.
	canceled atomic.Int64
}

var _ pb.TestService = (*testService)(nil)

func (s *testService) EmptyCall(ctx context.Context, _ *pb.Empty) (*pb.Empty, error) {
	md, _ := metadata.FromIncomingContext(ctx)
	if _, ok := first(md, reportKey); ok {
		remaining := "none"
		if deadline, ok := ctx.Deadline(); ok {
			remaining = strconv.FormatInt(time.Until(deadline).Milliseconds(), 10)
		}
		canceled := strconv.FormatInt(s.canceled.Load(), 10)
		header := metadata.Pairs(canceledKey, canceled, remainingKey, remaining)
		return &pb.Empty{}, nphttp2.SetHeader(ctx, header)
	}
	return &pb.Empty{}, nil
}

func (s *testService) UnaryCall(ctx context.Context, req *pb.SimpleRequest) (*pb.SimpleResponse, error) {
	if err := s.check(req.ExpectCompressed); err != nil {
		return nil, err
	}
	if err := echo(ctx); err != nil {
		return nil, err
	}
	if err := endAsAsked(ctx, req.ResponseStatus); err != nil {
		return nil, err
	}
	return &pb.SimpleResponse{Payload: zeros(req.ResponseSize)}, nil
}

func (s *testService) CacheableUnaryCall(ctx context.Context, req *pb.SimpleRequest) (*pb.SimpleResponse, error) {
	return s.UnaryCall(ctx, req)
}

func (s *testService) StreamingOutputCall(
	ctx context.Context, req *pb.StreamingOutputCallRequest, stream pb.TestService_StreamingOutputCallServer,
) error {
	return respond(ctx, req, stream)
}

func (s *testService) StreamingInputCall(ctx context.Context, stream pb.TestService_StreamingInputCallServer) error {
	sum := 0
	wasCompressed()
	for {
		req, err := stream.Recv(ctx)
		if err == io.EOF {
			return stream.SendAndClose(ctx, &pb.StreamingInputCallResponse{AggregatedPayloadSize: int32(sum)})
		}
		if err != nil {
			return err
		}
		if err := s.check(req.ExpectCompressed); err != nil {
			return err
		}
		sum += len(req.GetPayload().GetBody())
	}
}

func (s *testService) FullDuplexCall(ctx context.Context, stream pb.TestService_FullDuplexCallServer) error {
	err := serveExchanges(ctx, stream)
	md, _ := metadata.FromIncomingContext(ctx)
	if _, ok := first(md, reportKey); ok && ctx.Err() != nil {
		s.canceled.Add(1)
	}
	return err
}

func (s *testService) HalfDuplexCall(context.Context, pb.TestService_HalfDuplexCallServer) error {
	return status.Err(codes.Unimplemented, "no case calls HalfDuplexCall")
}

func (s *testService) UnimplementedCall(context.Context, *pb.Empty) (*pb.Empty, error) {
	return nil, status.Err(codes.Unimplemented, "UnimplementedCall is not implemented")
}

// check tells whether the request was compressed as its sender says.
func (s *testService) check(expected *pb.BoolValue) error {
	compressed := wasCompressed()
	if s.checkCompression && expected != nil && compressed != expected.Value {
		return status.Err(codes.InvalidArgument, "the request is not as expect_compressed says")
	}
	return nil
}

// serveExchanges gives each request its responses when it arrives.
func serveExchanges(ctx context.Context, stream pb.TestService_FullDuplexCallServer) error {
	if err := echo(ctx); err != nil {
		return err
	}
	for {
		req, err := stream.Recv(ctx)
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if err := respond(ctx, req, stream); err != nil {
			return err
		}
	}
}

type responder interface {
	Send(ctx context.Context, res *pb.StreamingOutputCallResponse) error
}

func respond(ctx context.Context, req *pb.StreamingOutputCallRequest, stream responder) error {
	if err := endAsAsked(ctx, req.ResponseStatus); err != nil {
		return err
	}
	for _, wanted := range req.ResponseParameters {
		select {
		case <-time.After(time.Duration(wanted.IntervalUs) * time.Microsecond):
		case <-ctx.Done():
			return status.Err(contextCode(ctx), ctx.Err().Error())
		}
		response := &pb.StreamingOutputCallResponse{Payload: zeros(wanted.Size)}
		if err := stream.Send(ctx, response); err != nil {
			return err
		}
	}
	return nil
}

// contextCode is the code of a context that is done; of its error Kitex would make code 13.
func contextCode(ctx context.Context) codes.Code {
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return codes.DeadlineExceeded
	}
	return codes.Canceled
}

// echo sends back the headers that the suite wants back.
func echo(ctx context.Context) error {
	md, _ := metadata.FromIncomingContext(ctx)
	var errs []error
	if value, ok := first(md, echoInitial); ok {
		errs = append(errs, nphttp2.SetHeader(ctx, metadata.Pairs(echoInitial, value)))
	}
	if value, ok := first(md, echoTrailing); ok {
		errs = append(errs, nphttp2.SetTrailer(ctx, metadata.Pairs(echoTrailing, value)))
	}
	return errors.Join(errs...)
}

// endAsAsked gives the status that a request asks for as a business status made for gRPC: of any
// other error Kitex would send another text, with " [biz error]" behind it.
func endAsAsked(ctx context.Context, asked *pb.EchoStatus) error {
	if asked.GetCode() == 0 {
		return nil
	}
	md, _ := metadata.FromIncomingContext(ctx)
	_, details := first(md, detailsKey)
	st, err := statusOf(asked, details)
	if err != nil {
		return err
	}
	biz := kerrors.NewGRPCBizStatusError(asked.Code, asked.Message)
	biz.(kerrors.GRPCStatusIface).SetGRPCStatus(st)
	return biz
}

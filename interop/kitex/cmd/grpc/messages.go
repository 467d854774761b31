package main

import (
	"github.com/cloudwego/kitex/pkg/remote/trans/nphttp2/codes"
	"github.com/cloudwego/kitex/pkg/remote/trans/nphttp2/metadata"
	"github.com/cloudwego/kitex/pkg/remote/trans/nphttp2/status"
	"github.com/cloudwego/prutal"
	spb "google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/protobuf/types/known/anypb"

	pb "streamgen/interop/kitex/kitex_gen/grpctesting"
)

// Headers of the suite, and those of the cases that are not gRPC's: interop/grpc/src/messages.rs.
const (
	echoInitial  = "x-grpc-test-echo-initial"
	echoTrailing = "x-grpc-test-echo-trailing-bin"

	detailsKey   = "x-interop-details"
	reportKey    = "x-interop-report"
	canceledKey  = "x-interop-canceled"
	remainingKey = "x-interop-remaining-ms"
)

func zeros(size int32) *pb.Payload {
	return &pb.Payload{Body: make([]byte, size)}
}

// exchange is a request of some bytes for responses of some bytes.
func exchange(request int32, responses ...int32) *pb.StreamingOutputCallRequest {
	wanted := make([]*pb.ResponseParameters, 0, len(responses))
	for _, size := range responses {
		wanted = append(wanted, &pb.ResponseParameters{Size: size})
	}
	return &pb.StreamingOutputCallRequest{ResponseParameters: wanted, Payload: zeros(request)}
}

// oneAndNoMore asks for a response at once and for one that no case waits for.
func oneAndNoMore() *pb.StreamingOutputCallRequest {
	request := exchange(0, 1, 1)
	request.ResponseParameters[1].IntervalUs = 60_000_000
	return request
}

// statusOf is the status that was asked for; with details it has itself as one.
func statusOf(asked *pb.EchoStatus, details bool) (*status.Status, error) {
	if !details {
		return status.New(codes.Code(asked.Code), asked.Message), nil
	}
	detail, err := prutal.MarshalAppend(nil, asked)
	if err != nil {
		return nil, err
	}
	return status.FromProto(&spb.Status{
		Code:    asked.Code,
		Message: asked.Message,
		Details: []*anypb.Any{{TypeUrl: "type.googleapis.com/grpc.testing.EchoStatus", Value: detail}},
	}), nil
}

// first is the first value of a key, if there is one.
func first(md metadata.MD, key string) (string, bool) {
	if values := md.Get(key); len(values) > 0 {
		return values[0], true
	}
	return "", false
}

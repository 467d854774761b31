package main

import (
	"context"
	"errors"
	"strings"

	"github.com/cloudwego/kitex/pkg/endpoint"
	"github.com/cloudwego/kitex/pkg/streaming"
)

// oldStream is a stream that a middleware of the older kind has wrapped.
type oldStream struct{ streaming.Stream }

// wrapOldStream is a middleware of the older kind: it finds the stream in the arguments.
func wrapOldStream(next endpoint.Endpoint) endpoint.Endpoint {
	return func(ctx context.Context, req, resp any) error {
		if args, ok := req.(*streaming.Args); ok && args.Stream != nil && compatible(ctx) {
			args.Stream = &oldStream{args.Stream}
		}
		return next(ctx, req, resp)
	}
}

func compatible(ctx context.Context) bool { return strings.HasPrefix(caseOf(ctx), "compat_") }

// wrapperKept expects a middleware of the newer kind to be given what the older one has wrapped.
func wrapperKept(ctx context.Context, stream streaming.ServerStream) error {
	if !compatible(ctx) {
		return nil
	}
	if getter, ok := stream.(streaming.GRPCStreamGetter); ok {
		if _, ok := getter.GetGRPCStream().(*oldStream); ok {
			return nil
		}
	}
	return errors.New("the wrapper of the older middleware is lost")
}

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/bytedance/gopkg/cloud/metainfo"
	"github.com/cloudwego/kitex/pkg/remote/trans/nphttp2/metadata"
	"github.com/cloudwego/kitex/pkg/streaming"
)

// metainfoKeys are the keys that a client sets, and whether they arrive: not those in small letters, and
// not those with a hyphen.
var metainfoKeys = map[string]bool{
	"HELLO": true, "HELLO_WORLD": true,
	"Foo": false, "Foo_Bar": false, "hello": false, "hello_world": false, "HELLO-WORLD": false,
}

// metadataKeys are set by the client, with two values each. Keys that differ in case are one.
var metadataKeys = []string{"hello", "WORLD", "foo_bar", "BAR_FOO", "HELLO"}

var (
	headerPairs  = streaming.Header{"hello": "3", "foo_bar": "5", "bar-foo": "7", "x1": "9", "x_1": "10", "1_x": "11"}
	trailerPairs = streaming.Trailer{"xxx": "9", "yyy_zzz": "10", "zzz-yyy": "11", "x1": "12", "x_1": "13", "1_x": "14"}
)

func metadataAtServer[M any](ctx context.Context, stream streaming.BidiStreamingServer[M, M]) error {
	// A client whose stream has ended cannot send.
	if _, err := stream.Recv(ctx); err != nil {
		return err
	}
	md, _ := metadata.FromIncomingContext(ctx)
	var wrong []error
	for key, arrives := range metainfoKeys {
		once, ok := metainfo.GetValue(ctx, key)
		wrong = append(wrong, expect("metainfo "+key, ok, arrives))
		always, also := metainfo.GetPersistentValue(ctx, key)
		wrong = append(wrong, expect("persistent metainfo "+key, also, arrives))
		if arrives {
			wrong = append(wrong, expect(key, once+always, "11"))
		}
	}
	for _, key := range metadataKeys {
		want := []string{"1", "2"}
		if strings.EqualFold(key, "hello") {
			want = []string{"1", "2", "1", "2"}
		}
		if got := md.Get(key); !slices.Equal(got, want) {
			wrong = append(wrong, fmt.Errorf("metadata %s: got %v, want %v", key, got, want))
		}
	}
	wrong = append(wrong, stream.SendHeader(headerPairs), stream.Send(ctx, newMsg[M]("ok")), stream.SetTrailer(trailerPairs))
	return errors.Join(wrong...)
}

func metadataAtClient[M any](c *caller[M]) error {
	ctx := c.context()
	for key := range metainfoKeys {
		ctx = metainfo.WithPersistentValue(metainfo.WithValue(ctx, key, "1"), key, "1")
	}
	for _, key := range metadataKeys {
		ctx = metadata.AppendToOutgoingContext(ctx, key, "1", key, "2")
	}
	stream, err := c.bidi(ctx)
	if err != nil {
		return err
	}
	if err := stream.Send(ctx, newMsg[M]("hello")); err != nil {
		return err
	}
	header, err := stream.Header()
	wrong := []error{err}
	for key, want := range headerPairs {
		wrong = append(wrong, expect("header "+key, header[key], want))
	}
	wrong = append(wrong, receive([]string{"ok"}, func() (*M, error) { return stream.Recv(ctx) }))
	if _, err := stream.Recv(ctx); !errors.Is(err, io.EOF) {
		return errors.Join(append(wrong, fmt.Errorf("want the end, got %w", err))...)
	}
	trailer, err := stream.Trailer()
	wrong = append(wrong, err)
	for key, want := range trailerPairs {
		wrong = append(wrong, expect("trailer "+key, trailer[key], want))
	}
	return errors.Join(wrong...)
}

// grpcStream is the stream beneath, which takes keys as they are.
func grpcStream(ctx context.Context) streaming.Stream { return streaming.GetStream(ctx) }

// badHeader sends a header that HTTP/2 does not know.
func badHeader[M any](ctx context.Context, stream streaming.BidiStreamingServer[M, M]) error {
	if _, err := stream.Recv(ctx); err != nil {
		return err
	}
	if err := grpcStream(ctx).SendHeader(metadata.MD{"HELLO": []string{"1"}}); err != nil {
		return err
	}
	return stream.Send(ctx, newMsg[M]("ok"))
}

func badTrailer[M any](ctx context.Context, stream streaming.BidiStreamingServer[M, M]) error {
	if _, err := stream.Recv(ctx); err != nil {
		return err
	}
	if err := stream.Send(ctx, newMsg[M]("ok")); err != nil {
		return err
	}
	grpcStream(ctx).SetTrailer(metadata.MD{"HELLO": []string{"1"}})
	return nil
}

func badHeaderAtClient[M any](c *caller[M]) error {
	ctx := c.context()
	stream, err := c.bidi(ctx)
	if err != nil {
		return err
	}
	if err := stream.Send(ctx, newMsg[M]("hello")); err != nil {
		return err
	}
	if _, err := stream.Header(); err == nil || !strings.Contains(err.Error(), `invalid header field name "HELLO"`) {
		return fmt.Errorf("want an invalid header, got %v", err)
	}
	return nil
}

func badTrailerAtClient[M any](c *caller[M]) error {
	ctx := c.context()
	stream, err := c.bidi(ctx)
	if err != nil {
		return err
	}
	if err := stream.Send(ctx, newMsg[M]("hello")); err != nil {
		return err
	}
	if err := receive([]string{"ok"}, func() (*M, error) { return stream.Recv(ctx) }); err != nil {
		return err
	}
	trailer, _ := stream.Trailer()
	return expect("trailer", len(trailer), 0)
}

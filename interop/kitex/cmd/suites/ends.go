package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/cloudwego/kitex/pkg/kerrors"
	"github.com/cloudwego/kitex/pkg/remote"
	"github.com/cloudwego/kitex/pkg/remote/trans/nphttp2/status"
	"github.com/cloudwego/kitex/pkg/remote/trans/ttstream"

	gen "streamgen/interop/kitex/kitex_gen/suites"
)

// What a client sees of a handler's end, for the last column of docs/ends.md.

func endOfCall[M any](c *caller[M]) error {
	_, err := c.pingPong(context.Background(), "m", "m")
	say("%s", seen(err))
	return nil
}

// endOfStream half-closes the stream at once, unless the handler waits for a message in vain.
func endOfStream[M any](c *caller[M]) error {
	// Some wires carry no metainfo.
	ctx := context.Background()
	stream, err := c.bidi(ctx)
	if err != nil {
		return err
	}
	if c.opts.name == "end_of_stream" {
		if err := stream.CloseSend(ctx); err != nil {
			return err
		}
	}
	_, err = drain(func() (*M, error) { return stream.Recv(ctx) })
	say("%s", seen(err))
	return nil
}

// seen sorts an error by its type, and quotes the first line of its text.
func seen(err error) string {
	var refused *gen.Refused
	var stream *ttstream.Exception
	var call *remote.TransError
	if err == nil {
		return "success"
	}
	if biz, ok := kerrors.FromBizStatusError(err); ok {
		return fmt.Sprintf("`BizStatusErrorIface` %d: %s", biz.BizStatusCode(), quoted(biz.BizMessage()))
	}
	switch {
	case errors.As(err, &refused):
		return "the exception"
	case errors.As(err, &stream):
		return fmt.Sprintf("`ttstream.Exception` %d: %s", stream.TypeId(), quoted(stream.Error()))
	case errors.As(err, &call):
		return fmt.Sprintf("`remote.TransError` %d: %s", call.TypeID(), quoted(call.Error()))
	}
	if st, ok := status.FromError(err); ok {
		return fmt.Sprintf("`status.Status` %d: %s", st.Code(), quoted(st.Message()))
	}
	return quoted(err.Error())
}

func quoted(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return "`" + strings.NewReplacer("|", "\\|", "`", "'").Replace(line) + "`"
}

package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/bytedance/gopkg/cloud/metainfo"
)

// The tracer of these cases is not Kitex's: its halves only make the calls and end them. The events of Kitex's
// tracers are in interop/events.

// endsIn expects the call to fail as the handler is told to.
func endsIn[M any](how string, call func(*caller[M], context.Context) error) func(*caller[M]) error {
	return func(c *caller[M]) error {
		ctx, cancel := context.WithCancel(c.context())
		if how == "deadline" {
			ctx, cancel = context.WithTimeout(c.context(), deadline)
		}
		defer cancel()
		err := call(c, metainfo.WithValue(ctx, "ERROR", how))
		switch {
		case err == nil:
			return errors.New("want an error")
		case how == "biz":
			return isBiz(err, 100, "biz error")
		}
		return nil
	}
}

func bidiWith[M any](c *caller[M], ctx context.Context) error {
	stream, err := c.bidi(ctx)
	if err != nil {
		return err
	}
	_, err = stream.Recv(ctx)
	return err
}

func clientWith[M any](c *caller[M], ctx context.Context) error {
	stream, err := c.client(ctx)
	if err != nil {
		return err
	}
	_, err = stream.CloseAndRecv(ctx)
	return err
}

func serverWith[M any](c *caller[M], ctx context.Context) error {
	stream, err := c.server(ctx, newMsg[M]("m"))
	if err != nil {
		return err
	}
	_, err = stream.Recv(ctx)
	return err
}

// tracingHalves are the cases of tracing.
func tracingHalves[M any](halves map[string]func(*caller[M]) error) {
	three := []string{"m", "m", "m"}
	halves["tracer_unary"] = callPingPong[M]("m", "", "m")
	halves["tracer_bidi"] = bidiOf[M](three, three)
	halves["tracer_client"] = clientOf[M](three, "3")
	halves["tracer_client_wrapped"] = clientOf[M](three, "3")
	halves["tracer_server"] = serverOf[M]("m", "m-0", "m-1", "m-2")
	for _, how := range []string{"error", "biz", "deadline"} {
		for mode, call := range map[string]func(*caller[M], context.Context) error{
			"unary": pingPongWith[M], "bidi": bidiWith[M], "client": clientWith[M], "server": serverWith[M],
		} {
			halves[fmt.Sprintf("tracer_%s_%s", how, mode)] = endsIn(how, call)
		}
	}
}

package main

import (
	"context"
	"io"
	"strconv"

	"github.com/cloudwego/kitex/pkg/streaming"

	"streamgen/interop/kitex/kitex_gen/peerthrift"
)

// streamHeaders carries header and trailer of a streaming call.
type streamHeaders struct{ stream streaming.ServerStream }

func (h streamHeaders) setHeader(k, v string) error {
	return h.stream.SetHeader(streaming.Header{k: v})
}

func (h streamHeaders) sendHeader(k, v string) error {
	return h.stream.SendHeader(streaming.Header{k: v})
}

func (h streamHeaders) setTrailer(k, v string) error {
	return h.stream.SetTrailer(streaming.Trailer{k: v})
}

// bidiServer is what the bidirectional methods have in common.
type bidiServer[T any] interface {
	Recv(ctx context.Context) (*T, error)
	Send(ctx context.Context, res *T) error
}

// serveBidi answers each message until the end of input; due counts the answers.
func serveBidi[T any](ctx context.Context, c *call, stream bidiServer[T], answer func(*T) *T) error {
	for {
		if done, err := c.due(ctx, c.sent); done {
			return err
		}
		req, err := stream.Recv(ctx)
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		c.recvd++
		if err := c.pause(); err != nil {
			return err
		}
		if err := stream.Send(ctx, answer(req)); err != nil {
			return err
		}
		c.sent++
	}
}

func (h *peerHandler) Bidi(ctx context.Context, stream peerthrift.Peer_BidiServer) (err error) {
	c := begin(ctx, h.outcomes, h.service, "Bidi", nil)
	defer c.end(&err)
	c.headers = streamHeaders{stream}
	return serveBidi(ctx, c, stream, func(m *peerthrift.Msg) *peerthrift.Msg {
		return c.answer(ctx, "echo:", m)
	})
}

func (h *peerHandler) BidiEverything(ctx context.Context, stream peerthrift.Peer_BidiEverythingServer) (err error) {
	c := begin(ctx, h.outcomes, h.service, "BidiEverything", nil)
	defer c.end(&err)
	c.headers = streamHeaders{stream}
	return serveBidi(ctx, c, stream, func(m *peerthrift.Everything) *peerthrift.Everything { return m })
}

func (h *otherHandler) Bidi(ctx context.Context, stream peerthrift.Other_BidiServer) (err error) {
	c := begin(ctx, h.outcomes, h.service, "Bidi", nil)
	defer c.end(&err)
	c.headers = streamHeaders{stream}
	return serveBidi(ctx, c, stream, func(m *peerthrift.Msg) *peerthrift.Msg {
		return c.answer(ctx, "other:", m)
	})
}

// ClientStream answers once, at the end of input or when "ret" is due; due counts
// the messages received.
func (h *peerHandler) ClientStream(ctx context.Context, stream peerthrift.Peer_ClientStreamServer) (err error) {
	c := begin(ctx, h.outcomes, h.service, "ClientStream", nil)
	defer c.end(&err)
	c.headers = streamHeaders{stream}

	var last string
	var sum, bytes int64
	for {
		done, err := c.due(ctx, c.recvd)
		if err != nil {
			return err
		}
		if done {
			break
		}
		req, err := stream.Recv(ctx)
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
		c.recvd++
		last = req.Text
		sum += req.Seq
		bytes += int64(len(req.Payload))
	}
	if err := c.pause(); err != nil {
		return err
	}
	res := c.answer(ctx, "got:", &peerthrift.Msg{Text: last, Seq: int64(c.recvd), Attrs: map[string]string{
		"sum": strconv.FormatInt(sum, 10), "bytes": strconv.FormatInt(bytes, 10),
	}})
	if err := stream.SendAndClose(ctx, res); err != nil {
		return err
	}
	c.sent++
	return nil
}

// ServerStream sends req.Seq messages, or without end when "flood" was ordered; due
// counts the messages sent.
func (h *peerHandler) ServerStream(ctx context.Context, req *peerthrift.Msg, stream peerthrift.Peer_ServerStreamServer) (err error) {
	c := begin(ctx, h.outcomes, h.service, "ServerStream", req.Attrs)
	defer c.end(&err)
	c.headers = streamHeaders{stream}
	c.recvd = 1

	flood := c.orders.has("flood")
	for {
		if done, err := c.due(ctx, c.sent); done {
			return err
		}
		if !flood && int64(c.sent) >= req.Seq {
			return nil
		}
		if err := c.pause(); err != nil {
			return err
		}
		res := c.answer(ctx, "", req)
		res.Text += "#" + strconv.Itoa(c.sent)
		res.Seq = int64(c.sent)
		if err := stream.Send(ctx, res); err != nil {
			return err
		}
		c.sent++
	}
}

// answer is m with a prefix before its text and the attrs that were asked for.
func (c *call) answer(ctx context.Context, prefix string, m *peerthrift.Msg) *peerthrift.Msg {
	res := *m
	res.Text = prefix + m.Text
	res.Attrs = c.annotate(ctx, m.Attrs)
	return &res
}

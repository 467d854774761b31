package main

import (
	"context"

	"streamgen/interop/kitex/kitex_gen/peerthrift"
)

// serveOnce runs a handler that answers one request with one message.
func serveOnce[T any](ctx context.Context, c *call, answer func() (T, error)) (res T, err error) {
	defer c.end(&err)
	c.recvd = 1
	if done, err := c.due(ctx, 0); done {
		return res, err
	}
	if err := c.pause(); err != nil {
		return res, err
	}
	if res, err = answer(); err == nil {
		c.sent = 1
	}
	return res, err
}

func (h *peerHandler) Hello(ctx context.Context, name string) (string, error) {
	c := begin(ctx, h.outcomes, h.service, "Hello", nil)
	return serveOnce(ctx, c, func() (string, error) { return "hello, " + name, nil })
}

func (h *peerHandler) UnaryStream(ctx context.Context, req *peerthrift.Msg) (*peerthrift.Msg, error) {
	c := begin(ctx, h.outcomes, h.service, "UnaryStream", req.Attrs)
	return serveOnce(ctx, c, func() (*peerthrift.Msg, error) { return c.answer(ctx, "unary:", req), nil })
}

// Echo also throws the declared exceptions: attrs throw=pe or throw=oe.
func (h *peerHandler) Echo(ctx context.Context, req *peerthrift.Msg) (*peerthrift.Msg, error) {
	c := begin(ctx, h.outcomes, h.service, "Echo", req.Attrs)
	return serveOnce(ctx, c, func() (*peerthrift.Msg, error) {
		switch req.Attrs["throw"] {
		case "pe":
			return nil, &peerthrift.PeerException{Code: 77, Message: "peer exception", Extra: map[string]string{"k": "v"}}
		case "oe":
			return nil, &peerthrift.OtherException{Why: "other exception"}
		}
		return c.answer(ctx, "pong:", req), nil
	})
}

func (h *peerHandler) EchoEverything(ctx context.Context, req *peerthrift.Everything) (*peerthrift.Everything, error) {
	c := begin(ctx, h.outcomes, h.service, "EchoEverything", nil)
	return serveOnce(ctx, c, func() (*peerthrift.Everything, error) { return req, nil })
}

// SwapKeyed turns {name,num}→v into {v,num}→name and the rows around.
func (h *peerHandler) SwapKeyed(ctx context.Context, req *peerthrift.Keyed) (*peerthrift.Keyed, error) {
	c := begin(ctx, h.outcomes, h.service, "SwapKeyed", nil)
	return serveOnce(ctx, c, func() (*peerthrift.Keyed, error) {
		res := &peerthrift.Keyed{ByKey: make(map[*peerthrift.Key]string, len(req.ByKey))}
		for key, value := range req.ByKey {
			res.ByKey[&peerthrift.Key{Name: value, Num: key.Num}] = key.Name
		}
		for i := len(req.Rows) - 1; i >= 0; i-- {
			res.Rows = append(res.Rows, req.Rows[i])
		}
		return res, nil
	})
}

func (h *peerHandler) Sum(ctx context.Context, a int64, b int32, rest []int16) (int64, error) {
	c := begin(ctx, h.outcomes, h.service, "Sum", nil)
	return serveOnce(ctx, c, func() (int64, error) {
		sum := a + int64(b)
		for _, v := range rest {
			sum += int64(v)
		}
		return sum, nil
	})
}

func (h *peerHandler) Group(ctx context.Context, values []int64) (map[string][]int64, error) {
	c := begin(ctx, h.outcomes, h.service, "Group", nil)
	return serveOnce(ctx, c, func() (map[string][]int64, error) {
		groups := map[string][]int64{"even": {}, "odd": {}}
		for _, v := range values {
			name := "odd"
			if v%2 == 0 {
				name = "even"
			}
			groups[name] = append(groups[name], v)
		}
		return groups, nil
	})
}

func (h *peerHandler) Blob(ctx context.Context, size int32) ([]byte, error) {
	c := begin(ctx, h.outcomes, h.service, "Blob", nil)
	return serveOnce(ctx, c, func() ([]byte, error) { return payload(int(size)), nil })
}

func (h *peerHandler) Flip(ctx context.Context, value bool) (bool, error) {
	c := begin(ctx, h.outcomes, h.service, "Flip", nil)
	return serveOnce(ctx, c, func() (bool, error) { return !value, nil })
}

// Next goes round RED, GREEN, BLUE, NEG; any other number is followed by its successor.
func (h *peerHandler) Next(ctx context.Context, color peerthrift.Color) (peerthrift.Color, error) {
	c := begin(ctx, h.outcomes, h.service, "Next", nil)
	return serveOnce(ctx, c, func() (peerthrift.Color, error) {
		switch color {
		case peerthrift.Color_RED:
			return peerthrift.Color_GREEN, nil
		case peerthrift.Color_GREEN:
			return peerthrift.Color_BLUE, nil
		case peerthrift.Color_BLUE:
			return peerthrift.Color_NEG, nil
		case peerthrift.Color_NEG:
			return peerthrift.Color_RED, nil
		}
		return color + 1, nil
	})
}

func (h *peerHandler) Nothing(ctx context.Context, note string) error {
	c := begin(ctx, h.outcomes, h.service, "Nothing", nil)
	_, err := serveOnce(ctx, c, func() (struct{}, error) {
		if note == "boom" {
			return struct{}{}, &peerthrift.PeerException{Code: 7, Message: "boom", Extra: map[string]string{"note": note}}
		}
		return struct{}{}, nil
	})
	return err
}

func (h *peerHandler) Fire(ctx context.Context, req *peerthrift.Msg) error {
	c := begin(ctx, h.outcomes, h.service, "Fire", req.Attrs)
	_, err := serveOnce(ctx, c, func() (struct{}, error) { return struct{}{}, nil })
	return err
}

func (h *otherHandler) Echo(ctx context.Context, req *peerthrift.Msg) (*peerthrift.Msg, error) {
	c := begin(ctx, h.outcomes, h.service, "Echo", req.Attrs)
	return serveOnce(ctx, c, func() (*peerthrift.Msg, error) { return c.answer(ctx, "other:", req), nil })
}

func (h *otherHandler) OnlyOther(ctx context.Context, req *peerthrift.Msg) (*peerthrift.Msg, error) {
	c := begin(ctx, h.outcomes, h.service, "OnlyOther", req.Attrs)
	return serveOnce(ctx, c, func() (*peerthrift.Msg, error) { return c.answer(ctx, "only:", req), nil })
}

// NoArgs_ is the generator's name for NoArgs: it renames what ends in Args.
func (h *otherHandler) NoArgs_(ctx context.Context) error {
	c := begin(ctx, h.outcomes, h.service, "NoArgs", nil)
	_, err := serveOnce(ctx, c, func() (struct{}, error) { return struct{}{}, nil })
	return err
}

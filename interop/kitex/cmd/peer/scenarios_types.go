package main

import (
	"bytes"
	"context"
	"math"
	"slices"

	"github.com/cloudwego/kitex/client/callopt"
	"github.com/cloudwego/kitex/pkg/streaming"

	"streamgen/interop/kitex/kitex_gen/peerthrift"
)

func runEverything(s *session) {
	ctx, id := s.order("")
	if s.wire.family == protobufFamily {
		stream, err := s.pbPeer.BidiEverything(ctx)
		s.check("open", err)
		everythingBack(s, stream, protobufSamples())
	} else {
		stream, err := s.thriftPeer.BidiEverything(ctx)
		s.check("open", err)
		everythingBack(s, stream, thriftSamples())
	}
	s.settled(id, outcomeOK)
}

// everythingBack sends each sample, expects it back, and ends the stream.
func everythingBack[T any](s *session, stream streaming.BidiStreamingClient[T, T], samples []sample[T]) {
	for _, sample := range samples {
		s.check("send", stream.Send(s.ctx, sample.value))
		got, err := stream.Recv(s.ctx)
		s.check("recv", err)
		checkEverything(s, sample.name, got, sample.value)
	}
	s.check("half-close", stream.CloseSend(s.ctx))
	eof(s, stream)
}

func runEverythingPP(s *session) {
	if s.wire.family == protobufFamily {
		everythingCalls(s, s.pbPeer.EchoEverything, protobufSamples())
	} else {
		everythingCalls(s, s.thriftPeer.EchoEverything, thriftSamples())
	}
}

func everythingCalls[T any](s *session, echo func(context.Context, *T, ...callopt.Option) (*T, error), samples []sample[T]) {
	for _, sample := range samples {
		got, err := echo(s.ctx, sample.value)
		s.check("call", err)
		checkEverything(s, sample.name, got, sample.value)
	}
}

// withDefaults is an Everything as a user builds it.
func withDefaults() *peerthrift.Everything {
	e := peerthrift.NewEverything()
	e.Must = "m"
	return e
}

// checkDefaults judges what came back for withDefaults.
func (s *session) checkDefaults(got *peerthrift.Everything) {
	emit("defaults", fields{"~def_text": got.DefText, "~def_true": got.DefTrue})
	equal(s, "must", got.Must, "m")
	equal(s, "def_int", got.DefInt, peerthrift.ANSWER)
	equal(s, "def_color", got.DefColor, peerthrift.Color_BLUE)
	if !slices.Equal(got.DefList, []int32{1, 2, 3}) {
		s.fail("def_list: got %v", got.DefList)
	}
}

// runDefaults allows what Kitex does on streams: Recv begins with a zero struct, so that
// an absent optional field reads as zero and is then written back as such.
func runDefaults(s *session) {
	ctx, id := s.order("")
	stream, err := s.thriftPeer.BidiEverything(ctx)
	s.check("open", err)
	s.check("send", stream.Send(ctx, withDefaults()))
	got, err := stream.Recv(ctx)
	s.check("recv", err)
	s.checkDefaults(got)
	applied := got.DefText == "dflt" && got.DefTrue
	zeroed := got.DefText == "" && !got.DefTrue
	if !applied && !zeroed {
		s.fail("optional defaults: got %q and %v", got.DefText, got.DefTrue)
	}
	s.check("half-close", stream.CloseSend(ctx))
	eof(s, stream)
	s.settled(id, outcomeOK)
}

func runDefaultsPP(s *session) {
	got, err := s.thriftPeer.EchoEverything(s.ctx, withDefaults())
	s.check("call", err)
	s.checkDefaults(got)
	equal(s, "def_text", got.DefText, "dflt")
	equal(s, "def_true", got.DefTrue, true)
}

func runBaseTypes(s *session) {
	sum, err := s.thriftPeer.Sum(s.ctx, math.MinInt64, 7, []int16{1, -2, math.MaxInt16})
	s.check("Sum", err)
	equal(s, "Sum", sum, math.MinInt64+32773)
	for _, value := range []bool{true, false} {
		flipped, err := s.thriftPeer.Flip(s.ctx, value)
		s.check("Flip", err)
		equal(s, "Flip", flipped, !value)
	}
	round := []peerthrift.Color{
		peerthrift.Color_RED, peerthrift.Color_GREEN, peerthrift.Color_BLUE, peerthrift.Color_NEG, peerthrift.Color_RED,
	}
	for i, color := range round[:4] {
		next, err := s.thriftPeer.Next(s.ctx, color)
		s.check("Next", err)
		equal(s, "Next", next, round[i+1])
	}
	next, err := s.thriftPeer.Next(s.ctx, 98)
	s.check("Next", err)
	equal(s, "Next of an unknown color", next, 99)
}

func runContainers(s *session) {
	groups, err := s.thriftPeer.Group(s.ctx, []int64{1, 2, -3, 4, math.MaxInt64})
	s.check("Group", err)
	s.checkGroups(groups, []int64{2, 4}, []int64{1, -3, math.MaxInt64})
	groups, err = s.thriftPeer.Group(s.ctx, []int64{})
	s.check("Group", err)
	s.checkGroups(groups, nil, nil)
	for _, size := range []int32{1000, 0} {
		blob, err := s.thriftPeer.Blob(s.ctx, size)
		s.check("Blob", err)
		if !bytes.Equal(blob, payload(int(size))) {
			s.fail("Blob(%d): %d bytes came, or others", size, len(blob))
		}
	}
}

func (s *session) checkGroups(groups map[string][]int64, even, odd []int64) {
	if len(groups) != 2 || !slices.Equal(groups["even"], even) || !slices.Equal(groups["odd"], odd) {
		s.fail("Group: got %v, want even %v and odd %v", groups, even, odd)
	}
}

// runKeyed compares by hand: the generated map is keyed by pointer.
func runKeyed(s *session) {
	req := &peerthrift.Keyed{
		ByKey: map[*peerthrift.Key]string{{Name: "a", Num: 1}: "x", {Name: "b", Num: 2}: "y"},
		Rows:  []map[string]*peerthrift.Key{{"r": {Name: "n", Num: 1}}, {}},
	}
	res, err := s.thriftPeer.SwapKeyed(s.ctx, req)
	s.check("call", err)
	byKey := make(map[peerthrift.Key]string)
	for key, value := range res.ByKey {
		byKey[*key] = value
	}
	equal(s, "by_key entries", len(byKey), 2)
	equal(s, `by_key {"x",1}`, byKey[peerthrift.Key{Name: "x", Num: 1}], "a")
	equal(s, `by_key {"y",2}`, byKey[peerthrift.Key{Name: "y", Num: 2}], "b")
	if len(res.Rows) != 2 || len(res.Rows[0]) != 0 || len(res.Rows[1]) != 1 || res.Rows[1]["r"] == nil {
		s.fail("rows: got %v", res.Rows)
	}
	equal(s, "row", *res.Rows[1]["r"], peerthrift.Key{Name: "n", Num: 1})
}

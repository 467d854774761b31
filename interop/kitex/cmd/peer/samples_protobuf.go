package main

import (
	"math"

	"streamgen/interop/kitex/kitex_gen/peerpb"
)

// protobufSamples are the values of Everything of peer.proto.
func protobufSamples() []sample[peerpb.Everything] {
	return []sample[peerpb.Everything]{
		{"full", fullProtobuf()},
		{"empty", emptyProtobuf()},
		{"least", leastProtobuf()},
		{"most", mostProtobuf()},
	}
}

func innerPb(id int32, label string, next *peerpb.Inner) *peerpb.Inner {
	return &peerpb.Inner{Id: id, Label: label, Next: next}
}

func fullProtobuf() *peerpb.Everything {
	return &peerpb.Everything{
		Flag: true, I32: 3, I64: 4, U32: 5, U64: 6, S32: -7, S64: -8, F32: 9, F64: 10, Sf32: -11, Sf64: -12,
		Real32: 0.5, Real64: 0.25,
		Text: "text ü 流", Blob: []byte{0, 0xff, 0x80}, Color: peerpb.Color_BLUE,
		Longs: []int64{1, -1, math.MaxInt64}, LongsUnpacked: []int64{2, -2},
		Tags:      []string{"a", "b", ""},
		Counts:    map[string]int64{"k": 1, "": -1},
		Names:     map[int64]string{1: "one", -1: "minus"},
		Inners:    []*peerpb.Inner{innerPb(1, "i", innerPb(2, "j", nil)), innerPb(3, "", nil)},
		Groups:    map[string]*peerpb.Inner{"g": innerPb(4, "g", nil), "none": innerPb(0, "", nil)},
		One:       innerPb(6, "one", innerPb(7, "two", innerPb(8, "three", nil))),
		MaybeInt:  ptr[int32](9),
		MaybeText: ptr("maybe"),
		Choice:    &peerpb.Everything_Number{Number: 12},
		Flags:     map[bool][]byte{true: {1}, false: {}},
		Colors:    []peerpb.Color{peerpb.Color_BLUE, peerpb.Color_NEG},
		Reals:     []float64{0.5, -1},
		Far:       13,
	}
}

// emptyProtobuf has what has presence, as zero.
func emptyProtobuf() *peerpb.Everything {
	return &peerpb.Everything{
		One:       innerPb(0, "", nil),
		MaybeInt:  ptr[int32](0),
		MaybeText: ptr(""),
		Choice:    &peerpb.Everything_Number{Number: 0},
	}
}

func leastProtobuf() *peerpb.Everything {
	return &peerpb.Everything{
		I32: math.MinInt32, I64: math.MinInt64, S32: math.MinInt32, S64: math.MinInt64,
		Sf32: math.MinInt32, Sf64: math.MinInt64, Real32: -1e30, Real64: -1e300,
		Color: peerpb.Color_NEG,
		Longs: []int64{math.MinInt64}, LongsUnpacked: []int64{math.MinInt64},
		Tags:   []string{""},
		Counts: map[string]int64{"": math.MinInt64},
		Names:  map[int64]string{math.MinInt64: "min"},
		Inners: []*peerpb.Inner{innerPb(math.MinInt32, "", nil)},
		Groups: map[string]*peerpb.Inner{"": innerPb(0, "", nil)},
		Choice: &peerpb.Everything_Word{Word: ""},
		Flags:  map[bool][]byte{false: {}},
		Colors: []peerpb.Color{peerpb.Color_NEG},
		Reals:  []float64{-1e300},
		Far:    math.MinInt32,
	}
}

func mostProtobuf() *peerpb.Everything {
	return &peerpb.Everything{
		Flag: true, I32: math.MaxInt32, I64: math.MaxInt64, U32: math.MaxUint32, U64: math.MaxUint64,
		S32: math.MaxInt32, S64: math.MaxInt64, F32: math.MaxUint32, F64: math.MaxUint64,
		Sf32: math.MaxInt32, Sf64: math.MaxInt64, Real32: float32(math.Inf(1)), Real64: math.Inf(1),
		Text: "a\x00b", Blob: mostSample().Blob, Color: math.MaxInt32,
		Longs: []int64{math.MaxInt64}, LongsUnpacked: []int64{math.MaxInt64},
		Tags:      []string{"z"},
		Counts:    map[string]int64{"k": math.MaxInt64},
		Names:     map[int64]string{math.MaxInt64: "max"},
		Inners:    []*peerpb.Inner{innerPb(math.MaxInt32, "x", nil)},
		Groups:    map[string]*peerpb.Inner{"g": innerPb(5, "h", nil)},
		One:       innerPb(math.MaxInt32, "x", nil),
		MaybeInt:  ptr[int32](math.MaxInt32),
		MaybeText: ptr("x"),
		Choice:    &peerpb.Everything_Inner{Inner: innerPb(1, "c", nil)},
		Flags:     map[bool][]byte{true: {0xff, 0xff}},
		Colors:    []peerpb.Color{math.MaxInt32},
		Reals:     []float64{math.Inf(1)},
		Far:       math.MaxInt32,
	}
}

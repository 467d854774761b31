package main

import (
	"math"
	"reflect"
	"slices"

	"streamgen/interop/kitex/kitex_gen/peerthrift"
)

// sample is one value of Everything; the tables in interop/SCENARIOS.md show all four.
type sample[T any] struct {
	name  string
	value *T
}

// thriftSamples are the values of Everything of peer.thrift.
func thriftSamples() []sample[peerthrift.Everything] {
	return []sample[peerthrift.Everything]{
		{"full", fullSample()},
		{"empty", emptySample()},
		{"least", leastSample()},
		{"most", mostSample()},
	}
}

func ptr[T any](v T) *T { return &v }

func inner(id int32, label string, next *peerthrift.Inner) *peerthrift.Inner {
	return &peerthrift.Inner{Id: id, Label: label, Next: next}
}

func fullSample() *peerthrift.Everything {
	return &peerthrift.Everything{
		Flag: true, Tiny: 1, Small: 2, Medium: 3, Large: 4, Real: 0.5,
		Text: "text ü 流", Blob: []byte{0, 0xff, 0x80}, Color: peerthrift.Color_BLUE,
		Longs:      []int64{1, -1, math.MaxInt64},
		Tags:       []string{"a", "b", ""},
		Counts:     map[string]int64{"k": 1, "": -1},
		Names:      map[int64]string{1: "one", -1: "minus"},
		Inners:     []*peerthrift.Inner{inner(1, "i", inner(2, "j", nil)), inner(3, "", nil)},
		Groups:     map[string][]*peerthrift.Inner{"g": {inner(4, "g", nil)}, "none": {}},
		One:        inner(6, "one", inner(7, "two", inner(8, "three", nil))),
		MaybeInt:   ptr[int32](9),
		MaybeText:  ptr("maybe"),
		MaybeInner: inner(10, "mi", nil),
		DefInt:     1, DefText: "text", DefColor: peerthrift.Color_GREEN, DefList: []int32{4},
		Ticks:   11,
		Palette: map[peerthrift.Color]string{peerthrift.Color_BLUE: "b", peerthrift.Color_NEG: "n"},
		Blobs:   [][]byte{{1}, {}},
		Ints:    []int32{1, 2, -3},
		Must:    "must",
		Choice:  &peerthrift.Choice{Number: ptr[int64](12)},
		Tinies:  map[int8]float64{1: 0.5, -128: -1},
		Matrix:  [][]bool{{true, false}, {}},
		DefTrue: false,
		Far:     13,
	}
}

// emptySample has every optional field set, to its zero.
func emptySample() *peerthrift.Everything {
	return &peerthrift.Everything{
		One:        inner(0, "", nil),
		MaybeInt:   ptr[int32](0),
		MaybeText:  ptr(""),
		MaybeInner: inner(0, "", nil),
		Choice:     &peerthrift.Choice{Number: ptr[int64](0)},
	}
}

func leastSample() *peerthrift.Everything {
	return &peerthrift.Everything{
		Tiny: math.MinInt8, Small: math.MinInt16, Medium: math.MinInt32, Large: math.MinInt64, Real: -1e300,
		Color:  peerthrift.Color_NEG,
		Longs:  []int64{math.MinInt64},
		Tags:   []string{""},
		Counts: map[string]int64{"": math.MinInt64},
		Names:  map[int64]string{math.MinInt64: "min"},
		Inners: []*peerthrift.Inner{inner(math.MinInt32, "", nil)},
		Groups: map[string][]*peerthrift.Inner{"": {}},
		One:    inner(math.MinInt32, "", nil),
		DefInt: math.MinInt32, DefText: "x", DefColor: peerthrift.Color_NEG, DefList: []int32{math.MinInt32},
		Ticks:   math.MinInt64,
		Palette: map[peerthrift.Color]string{peerthrift.Color_NEG: ""},
		Blobs:   [][]byte{{}},
		Ints:    []int32{math.MinInt32},
		Choice:  &peerthrift.Choice{Text: ptr("")},
		Tinies:  map[int8]float64{math.MinInt8: -1e300},
		Matrix:  [][]bool{{}},
		Far:     math.MinInt32,
	}
}

func mostSample() *peerthrift.Everything {
	blob := make([]byte, 256)
	for i := range blob {
		blob[i] = byte(i)
	}
	return &peerthrift.Everything{
		Flag: true, Tiny: math.MaxInt8, Small: math.MaxInt16, Medium: math.MaxInt32, Large: math.MaxInt64,
		Real: math.Inf(1), Text: "a\x00b", Blob: blob, Color: math.MaxInt32,
		Longs:      []int64{math.MaxInt64},
		Tags:       []string{"z"},
		Counts:     map[string]int64{"k": math.MaxInt64},
		Names:      map[int64]string{math.MaxInt64: "max"},
		Inners:     []*peerthrift.Inner{inner(math.MaxInt32, "x", nil)},
		Groups:     map[string][]*peerthrift.Inner{"g": {inner(5, "h", nil)}},
		One:        inner(math.MaxInt32, "x", nil),
		MaybeInt:   ptr[int32](math.MaxInt32),
		MaybeText:  ptr("x"),
		MaybeInner: inner(1, "y", nil),
		DefInt:     math.MaxInt32, DefText: "y", DefColor: peerthrift.Color_BLUE, DefList: []int32{math.MaxInt32},
		Ticks:   math.MaxInt64,
		Palette: map[peerthrift.Color]string{math.MaxInt32: "max"},
		Blobs:   [][]byte{{0xff, 0xff}},
		Ints:    []int32{math.MaxInt32},
		Must:    "must",
		Choice:  &peerthrift.Choice{Inner: inner(1, "c", nil)},
		Tinies:  map[int8]float64{math.MaxInt8: 1e300},
		Matrix:  [][]bool{{true}},
		Far:     math.MaxInt32,
	}
}

// checkEverything compares all fields; sets have no order.
func checkEverything[T any](s *session, name string, got, want *T) {
	g, w := *got, *want
	for _, e := range []any{&g, &w} {
		if e, ok := e.(*peerthrift.Everything); ok {
			e.Tags = slices.Sorted(slices.Values(e.Tags))
			e.Ints = slices.Sorted(slices.Values(e.Ints))
		}
	}
	gv, wv := reflect.ValueOf(g), reflect.ValueOf(w)
	for i := range gv.NumField() {
		if !alike(gv.Field(i), wv.Field(i)) && !unwritten(gv.Field(i), wv.Field(i)) {
			s.fail("sample %s: field %s: got %v, want %v", name, gv.Type().Field(i).Name, gv.Field(i), wv.Field(i))
		}
	}
}

// unwritten: a member of a oneof that is zero is read by Kitex v0.16.3, but not written.
func unwritten(got, want reflect.Value) bool {
	return want.Kind() == reflect.Interface && got.IsNil() && !want.IsNil() &&
		want.Elem().Elem().Field(0).IsZero()
}

// alike is reflect.DeepEqual, save that a nil slice or map is like an empty one: the
// wire does not tell them apart.
func alike(a, b reflect.Value) bool {
	switch a.Kind() {
	case reflect.Pointer, reflect.Interface:
		if a.IsNil() || b.IsNil() {
			return a.IsNil() == b.IsNil()
		}
		return alike(a.Elem(), b.Elem())
	case reflect.Struct:
		if a.Type() != b.Type() {
			return false // another member of a oneof
		}
		for i := range a.NumField() {
			if !alike(a.Field(i), b.Field(i)) {
				return false
			}
		}
		return true
	case reflect.Slice:
		if a.Len() != b.Len() {
			return false
		}
		for i := range a.Len() {
			if !alike(a.Index(i), b.Index(i)) {
				return false
			}
		}
		return true
	case reflect.Map:
		if a.Len() != b.Len() {
			return false
		}
		for _, key := range a.MapKeys() {
			other := b.MapIndex(key)
			if !other.IsValid() || !alike(a.MapIndex(key), other) {
				return false
			}
		}
		return true
	}
	return a.Interface() == b.Interface()
}

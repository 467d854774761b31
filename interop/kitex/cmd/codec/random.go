package main

import (
	"encoding/binary"
	"math"
	"math/rand/v2"
	"reflect"
	"strings"

	"github.com/cloudwego/gopkg/protocol/thrift"
)

// How deep random values nest before optional fields, containers and unions stay empty.
const randomDepth = 4

// random makes values as a Go program could: with nil where Go allows nil, with elements twice in a set, with
// numbers that an enum does not name.
type random struct {
	*rand.Rand
	depth int
}

func newRandom(seed []byte) *random {
	var number [8]byte
	copy(number[:], seed)
	return &random{Rand: rand.New(rand.NewPCG(binary.BigEndian.Uint64(number[:]), 0))}
}

func (r *random) fill(value thrift.FastCodec) {
	r.structure(reflect.ValueOf(value).Elem())
}

// one in n.
func (r *random) one(n int) bool { return r.IntN(n) == 0 }

func (r *random) structure(value reflect.Value) {
	r.depth++
	defer func() { r.depth-- }()
	if isUnion(value.Type()) {
		r.union(value)
		return
	}
	for i := range value.NumField() {
		r.field(value.Field(i), memberOf(value.Type().Field(i)))
	}
}

// union sets one member, since generated code panics otherwise.
func (r *random) union(value reflect.Value) {
	for {
		i := r.IntN(value.NumField())
		// Deep inside, one that ends.
		kind := value.Type().Field(i).Type.Elem().Kind()
		if r.depth < randomDepth || kind != reflect.Struct {
			r.set(value.Field(i), memberOf(value.Type().Field(i)).shape)
			return
		}
	}
}

// set gives a field a value that is not nil.
func (r *random) set(field reflect.Value, as shape) {
	switch field.Kind() {
	case reflect.Pointer:
		field.Set(reflect.New(field.Type().Elem()))
		r.value(field.Elem(), as)
	default:
		r.value(field, as)
	}
}

func (r *random) field(field reflect.Value, member member) {
	deep := r.depth >= randomDepth
	nilable := field.Kind() == reflect.Pointer || field.Kind() == reflect.Map || field.Kind() == reflect.Slice
	if nilable && (deep || r.one(4)) {
		return
	}
	r.set(field, member.shape)
}

func (r *random) value(value reflect.Value, as shape) {
	switch value.Kind() {
	case reflect.Pointer:
		value.Set(reflect.New(value.Type().Elem()))
		r.value(value.Elem(), as)
	case reflect.Struct:
		r.structure(value)
	case reflect.Map:
		r.mapping(value, as)
	case reflect.Slice:
		r.slice(value, as)
	case reflect.String:
		if as.name == "binary" {
			value.SetString(string(r.bytes()))
		} else {
			value.SetString(r.string())
		}
	case reflect.Bool:
		value.SetBool(r.one(2))
	case reflect.Float64:
		value.SetFloat(r.double())
	default:
		r.integer(value)
	}
}

// size is that of a container: mostly small, and empty deep inside.
func (r *random) size() int {
	if r.depth >= randomDepth {
		return 0
	}
	if r.one(40) {
		return r.IntN(100)
	}
	return r.IntN(4)
}

func (r *random) slice(value reflect.Value, as shape) {
	if value.Type().Elem().Kind() == reflect.Uint8 {
		value.SetBytes(r.bytes())
		return
	}
	r.depth++
	size := r.size()
	value.Set(reflect.MakeSlice(value.Type(), size, size))
	for i := range size {
		if element := value.Index(i); as.name == "set" && i > 0 && r.one(4) {
			element.Set(value.Index(r.IntN(i)))
		} else {
			r.value(element, as.args[0])
		}
	}
	r.depth--
}

// mapping leaves out keys that are equal, which Go allows where they are pointers or NaN.
func (r *random) mapping(value reflect.Value, as shape) {
	r.depth++
	value.Set(reflect.MakeMap(value.Type()))
	seen := map[string]bool{}
	for range r.size() {
		key, element := reflect.New(value.Type().Key()).Elem(), reflect.New(value.Type().Elem()).Elem()
		r.value(key, as.args[0])
		r.value(element, as.args[1])
		if name := string(appendText(nil, key, as.args[0])); !seen[name] {
			seen[name] = true
			value.SetMapIndex(key, element)
		}
	}
	r.depth--
}

var edges = []int64{0, 1, -1, 127, -128, math.MaxInt16, math.MinInt16, math.MaxInt32, math.MinInt32, math.MaxInt64, math.MinInt64}

// integer is any number that fits; of an enum, one that it names as often as not.
func (r *random) integer(value reflect.Value) {
	bits := value.Type().Bits()
	if isEnum(value.Type()) {
		bits = 32
	}
	number := int64(r.Uint64())
	switch {
	case isEnum(value.Type()) && r.one(2):
		number = []int64{0, 1, 5, -3, math.MaxInt32}[r.IntN(5)]
	case r.one(2):
		number = edges[r.IntN(len(edges))]
	}
	value.SetInt(number << (64 - bits) >> (64 - bits))
}

func (r *random) double() float64 {
	switch r.IntN(4) {
	case 0:
		return r.NormFloat64()
	case 1:
		return math.Float64frombits(r.Uint64())
	}
	return []float64{
		0, math.Copysign(0, -1), math.NaN(), math.Inf(1), math.Inf(-1),
		math.MaxFloat64, math.SmallestNonzeroFloat64, -0.5,
	}[r.IntN(8)]
}

var letters = []rune("ab cd\x00\n\"\\éß中文🦀\u2028")

func (r *random) string() string {
	if r.one(100) {
		return strings.Repeat("long é ", r.IntN(2000))
	}
	var text strings.Builder
	for range r.IntN(40) {
		text.WriteRune(letters[r.IntN(len(letters))])
	}
	return text.String()
}

func (r *random) bytes() []byte {
	size := r.IntN(40)
	if r.one(100) {
		size = r.IntN(20000)
	}
	bytes := make([]byte, size)
	for i := range bytes {
		bytes[i] = byte(r.Uint32())
	}
	return bytes
}

package main

import (
	"bytes"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strconv"

	"github.com/cloudwego/gopkg/protocol/thrift"
)

// text is a value in words: equal values have equal texts. Fields carry the names of the IDL, sets and maps are
// sorted, doubles are exact to the bit, and optional fields that are not set are left out.
func text(value thrift.FastCodec) ([]byte, error) {
	return appendText(nil, reflect.ValueOf(value), shape{}), nil
}

func appendText(to []byte, value reflect.Value, as shape) []byte {
	switch value.Kind() {
	case reflect.Pointer:
		if value.IsNil() {
			return append(to, "nil"...)
		}
		return appendText(to, value.Elem(), as)
	case reflect.Struct:
		return appendStruct(to, value)
	case reflect.Map:
		return appendMap(to, value, as)
	case reflect.Slice:
		return appendSlice(to, value, as)
	case reflect.String:
		return strconv.AppendQuote(to, value.String())
	case reflect.Bool:
		return strconv.AppendBool(to, value.Bool())
	case reflect.Float64:
		return appendDouble(to, value.Float())
	}
	if isEnum(value.Type()) {
		return appendEnum(to, value)
	}
	return strconv.AppendInt(to, value.Int(), 10)
}

func appendStruct(to []byte, value reflect.Value) []byte {
	to = append(append(to, value.Type().Name()...), '{')
	separator := ""
	for i := range value.NumField() {
		field, member := value.Field(i), memberOf(value.Type().Field(i))
		if member.optional && isNil(field) {
			continue
		}
		to = append(append(append(to, separator...), member.name...), ": "...)
		to = appendText(to, orFresh(field, value.Type()), member.shape)
		separator = ", "
	}
	return append(to, '}')
}

// orFresh takes a new value for a struct that is nil though it is not optional: that is what the other side
// reads, and what Kitex writes, an empty struct, is read as. Not where a struct ends that has itself in it.
func orFresh(field reflect.Value, within reflect.Type) reflect.Value {
	if field.Kind() != reflect.Pointer || !field.IsNil() || field.Type().Elem() == within {
		return field
	}
	return reflect.ValueOf(types[field.Type().Elem().Name()].fresh())
}

func isNil(value reflect.Value) bool {
	switch value.Kind() {
	case reflect.Pointer, reflect.Map, reflect.Slice:
		return value.IsNil()
	}
	return false
}

func appendMap(to []byte, value reflect.Value, as shape) []byte {
	var entries [][]byte
	for pairs := value.MapRange(); pairs.Next(); {
		entry := appendText(nil, pairs.Key(), as.args[0])
		entry = append(entry, ": "...)
		entries = append(entries, appendText(entry, pairs.Value(), as.args[1]))
	}
	slices.SortFunc(entries, bytes.Compare)
	return appendAll(append(to, "map"...), entries)
}

func appendSlice(to []byte, value reflect.Value, as shape) []byte {
	if value.Type().Elem().Kind() == reflect.Uint8 {
		return fmt.Appendf(to, "0x%x", value.Bytes())
	}
	var entries [][]byte
	for i := range value.Len() {
		entries = append(entries, appendText(nil, value.Index(i), as.args[0]))
	}
	if as.name == "set" {
		// Go may hold an element twice.
		slices.SortFunc(entries, bytes.Compare)
		entries = slices.CompactFunc(entries, bytes.Equal)
		to = append(to, "set"...)
	}
	return appendAll(to, entries)
}

func appendAll(to []byte, entries [][]byte) []byte {
	to = append(to, '[')
	to = append(to, bytes.Join(entries, []byte(", "))...)
	return append(to, ']')
}

func appendDouble(to []byte, value float64) []byte {
	if math.IsNaN(value) {
		return fmt.Appendf(to, "NaN(%016x)", math.Float64bits(value))
	}
	return strconv.AppendFloat(to, value, 'g', -1, 64)
}

// appendEnum writes the name, or the number where the IDL has none.
func appendEnum(to []byte, value reflect.Value) []byte {
	name := fmt.Sprint(value.Interface())
	if name == "<UNSET>" {
		return strconv.AppendInt(to, value.Int(), 10)
	}
	return append(to, name...)
}

package main

import (
	"reflect"
	"strconv"
	"strings"
)

// shape is a Thrift type as the frugal tag of a Go field spells it: `map<string:set<i32>>`. It tells
// apart what Go does not: sets and lists, enums and integers.
type shape struct {
	name string
	args []shape
}

func parseShape(text string) (shape, string) {
	end := strings.IndexAny(text, "<>:")
	if end < 0 {
		return shape{name: text}, ""
	}
	parsed, rest := shape{name: text[:end]}, text[end:]
	if !strings.HasPrefix(rest, "<") {
		return parsed, rest
	}
	for {
		var arg shape
		arg, rest = parseShape(rest[1:])
		parsed.args = append(parsed.args, arg)
		if !strings.HasPrefix(rest, ":") {
			return parsed, strings.TrimPrefix(rest, ">")
		}
	}
}

// member is one field of a struct.
type member struct {
	name     string
	id       int
	optional bool
	shape    shape
}

func memberOf(field reflect.StructField) member {
	// "1,default,list<i32>"
	parts := strings.SplitN(field.Tag.Get("frugal"), ",", 3)
	id, err := strconv.Atoi(parts[0])
	if err != nil || len(parts) != 3 {
		panic("field " + field.Name + " has no frugal tag")
	}
	parsed, _ := parseShape(parts[2])
	name, _, _ := strings.Cut(field.Tag.Get("thrift"), ",")
	return member{name: name, id: id, optional: parts[1] == "optional", shape: parsed}
}

// isEnum tells enums from typedefs of i64, which are aliases in Go.
func isEnum(t reflect.Type) bool {
	return t.Kind() == reflect.Int64 && t.Name() != "int64"
}

// isUnion: generated code counts the members of unions only.
func isUnion(t reflect.Type) bool {
	_, counts := reflect.PointerTo(t).MethodByName("CountSetFields" + t.Name())
	return counts
}

package main

import (
	"reflect"

	"github.com/cloudwego/gopkg/protocol/thrift"

	"streamgen/interop/kitex/kitex_gen/codec"
	"streamgen/interop/kitex/kitex_gen/codec/containers"
	"streamgen/interop/kitex/kitex_gen/codec/defaults"
	"streamgen/interop/kitex/kitex_gen/codec/scalars"
	"streamgen/interop/kitex/kitex_gen/codec/shapes"
	"streamgen/interop/kitex/kitex_gen/codec/versions"
)

// entry is one type of interop/idl/codec.
type entry struct {
	// fresh makes a value as a reader does: defaults are set.
	fresh func() thrift.FastCodec
	// blank makes the zero value, as a Go program may that forgets NewT.
	blank func() thrift.FastCodec
}

func of[T any, P interface {
	*T
	thrift.FastCodec
}](fresh func() P) entry {
	return entry{
		fresh: func() thrift.FastCodec { return fresh() },
		blank: func() thrift.FastCodec { return P(new(T)) },
	}
}

// types are known to the tests by their names, which differ between files too.
var types = byName(
	of(codec.NewEverything),
	of(containers.NewContainers),
	of(containers.NewKeys),
	of(containers.NewNested),
	of(containers.NewOptionalContainers),
	of(containers.NewPoint),
	of(containers.NewRequiredContainers),
	of(defaults.NewDefaults),
	of(defaults.NewLimits),
	of(defaults.NewOptionalDefaults),
	of(defaults.NewPartialDefaults),
	of(defaults.NewRequiredDefaults),
	of(scalars.NewAliases),
	of(scalars.NewOptionalScalars),
	of(scalars.NewRequiredScalars),
	of(scalars.NewScalars),
	of(scalars.NewScattered),
	of(shapes.NewChain),
	of(shapes.NewCircle),
	of(shapes.NewDrawing),
	of(shapes.NewEmpty),
	of(shapes.NewHusband),
	of(shapes.NewNotFound),
	of(shapes.NewShape),
	of(shapes.NewTree),
	of(shapes.NewWife),
	of(versions.NewDemanding),
	of(versions.NewHolder),
	of(versions.NewLater),
	of(versions.NewLaterChoice),
	of(versions.NewEarlier),
	of(versions.NewEarlierChoice),
	of(versions.NewRetyped),
)

func byName(entries ...entry) map[string]entry {
	named := map[string]entry{}
	for _, entry := range entries {
		named[reflect.TypeOf(entry.blank()).Elem().Name()] = entry
	}
	return named
}

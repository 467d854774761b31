package main

import (
	"context"

	"github.com/cloudwego/kitex/client/callopt"
	"github.com/cloudwego/kitex/client/callopt/streamcall"
	"github.com/cloudwego/kitex/pkg/generic"

	"streamgen/interop/kitex/patience"
)

// What is called besides all methods of the guide: the one without stream, or methods that no IDL has, whose messages
// have no arguments around them.
const (
	callsOnly    = "calls"
	unknownNames = "unknown"
	unknownCalls = "unknown-calls"
)

// callBytes calls the methods of `service` with bytes, without an IDL. If another service is given, the same client
// calls that one, too.
func callBytes(language, address, wire, shapes, service string, other ...string) error {
	ctx, cancel := context.WithTimeout(context.Background(), patience.Call)
	defer cancel()
	g, names, form := generic.BinaryThriftGenericV2(service), thriftMethods, thriftForm
	if language == "proto" {
		g, names, form = generic.BinaryPbGeneric(service, "guide.pb"), protoMethods, protoForm
	}
	cli, err := newClient(g, address, wire)
	if err != nil {
		return err
	}
	// The method of streaming.mode "unary" has no arguments around its message.
	names.unary = ""
	switch shapes {
	case callsOnly:
		names = methods{call: names.call}
	case unknownNames:
		names, form.args, form.result = unknownMethods, form.message, form.text
	case unknownCalls:
		names = methods{call: unknownMethods.call}
		form.args, form.result = form.message, form.text
	}
	p := program{Client: cli, methods: names, form: form}
	for _, name := range other {
		p.ofCalls = append(p.ofCalls, callopt.WithBinaryGenericIDLService(name))
		p.ofStreams = append(p.ofStreams, streamcall.WithBinaryGenericIDLService(name))
	}
	return p.run(ctx)
}

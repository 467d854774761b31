package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/cloudwego/gopkg/protocol/thrift"

	"github.com/cloudwego/kitex/client"
	"github.com/cloudwego/kitex/client/genericclient"
	"github.com/cloudwego/kitex/pkg/generic"
	"github.com/cloudwego/kitex/pkg/transmeta"
	"github.com/cloudwego/kitex/transport"

	"streamgen/interop/kitex/kitex_gen/peerthrift"
	"streamgen/interop/kitex/patience"
)

// form is how a generic client sees messages of peer.thrift, of which only the text matters here.
type form struct {
	name string
	// args is what the ping-pong method Echo takes, message a message of a stream.
	args, message func(text string) any
	// result is the text in what Echo returns, text that in a message.
	result, text func(got any) (string, error)
}

var jsonForm = form{"json", jsonOf, jsonOf, textOf, textOf}

func jsonOf(text string) any {
	encoded, _ := json.Marshal(map[string]any{"text": text, "seq": 2})
	return string(encoded)
}

func textOf(got any) (string, error) {
	var message struct{ Text string }
	encoded, ok := got.(string)
	if !ok {
		return "", fmt.Errorf("an answer of type %T", got)
	}
	return message.Text, json.Unmarshal([]byte(encoded), &message)
}

var binaryForm = form{
	name: "binary",
	args: func(text string) any {
		return thrift.FastMarshal(&peerthrift.PeerEchoArgs{Req: msg(text)})
	},
	message: func(text string) any { return thrift.FastMarshal(msg(text)) },
	result: func(got any) (string, error) {
		var result peerthrift.PeerEchoResult
		err := thrift.FastUnmarshal(got.([]byte), &result)
		return result.GetSuccess().GetText(), err
	},
	text: func(got any) (string, error) {
		var message peerthrift.Msg
		err := thrift.FastUnmarshal(got.([]byte), &message)
		return message.Text, err
	},
}

func msg(text string) *peerthrift.Msg {
	return &peerthrift.Msg{Text: text, Seq: 2}
}

// wires are the wires of ping-pong calls and of streams.
var wires = []struct {
	name     string
	protocol transport.Protocol
}{
	{"Framed", transport.Framed},
	{"TTHeader|Framed", transport.TTHeaderFramed},
	{"GRPC", transport.GRPC},
}

// callAll makes calls of every shape with both forms over every wire, and prints the text of each answer.
func callAll(addr, idl string) error {
	options := []generic.ThriftIDLProviderOption{generic.WithIDLServiceName("Peer")}
	provider, err := generic.NewThriftFileProviderWithOption(idl, options)
	if err != nil {
		return err
	}
	jsonGeneric, err := generic.JSONThriftGeneric(provider)
	if err != nil {
		return err
	}
	for _, wire := range wires {
		for _, one := range []struct {
			form
			generic.Generic
		}{{jsonForm, jsonGeneric}, {binaryForm, generic.BinaryThriftGenericV2("Peer")}} {
			c, err := genericclient.NewClient("peer-server", one.Generic,
				client.WithHostPorts(addr),
				client.WithConnectTimeout(patience.Connect),
				client.WithMetaHandler(transmeta.ClientTTHeaderHandler),
				client.WithTransportProtocol(wire.protocol))
			if err != nil {
				return err
			}
			say := func(shape string, texts ...string) {
				_ = json.NewEncoder(os.Stdout).Encode([]any{wire.name, one.form.name, shape, texts})
			}
			if err := one.call(c, say); err != nil {
				return fmt.Errorf("%s over %s: %w", one.form.name, wire.name, err)
			}
		}
	}
	return nil
}

func (f form) call(c genericclient.Client, say func(shape string, texts ...string)) error {
	ctx, cancel := context.WithTimeout(context.Background(), patience.Call)
	defer cancel()
	got, err := c.GenericCall(ctx, "Echo", f.args("a"))
	if err != nil {
		return err
	}
	text, err := f.result(got)
	if err != nil {
		return err
	}
	say("call", text)

	sending, err := c.ClientStreaming(ctx, "ClientStream")
	if err != nil {
		return err
	}
	for _, text := range []string{"a", "b"} {
		if err := sending.Send(ctx, f.message(text)); err != nil {
			return err
		}
	}
	if got, err = sending.CloseAndRecv(ctx); err != nil {
		return err
	}
	if text, err = f.text(got); err != nil {
		return err
	}
	say("client", text)

	receiving, err := c.ServerStreaming(ctx, "ServerStream", f.message("m"))
	if err != nil {
		return err
	}
	texts, err := f.all(func() (any, error) { return receiving.Recv(ctx) })
	if err != nil {
		return err
	}
	say("server", texts...)

	both, err := c.BidirectionalStreaming(ctx, "Bidi")
	if err != nil {
		return err
	}
	for _, text := range []string{"a", "b"} {
		if err := both.Send(ctx, f.message(text)); err != nil {
			return err
		}
	}
	if err := both.CloseSend(ctx); err != nil {
		return err
	}
	if texts, err = f.all(func() (any, error) { return both.Recv(ctx) }); err != nil {
		return err
	}
	say("bidi", texts...)
	return nil
}

// all receives to the end.
func (f form) all(recv func() (any, error)) ([]string, error) {
	var texts []string
	for {
		got, err := recv()
		if errors.Is(err, io.EOF) {
			return texts, nil
		}
		if err != nil {
			return nil, err
		}
		text, err := f.text(got)
		if err != nil {
			return nil, err
		}
		texts = append(texts, text)
	}
}

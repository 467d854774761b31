// Command generic answers, on standard output, what Kitex's JSON generic call makes of JSON and of the bytes of
// Thrift or Protobuf. The tests of interop/codec are at the other end.
//
// Its argument is an IDL, of Protobuf if its name ends in ".proto". A request is a line of JSON, and so is its answer.
//
// With the arguments "client", an address and peer.thrift, it calls a server with Kitex's JSON generic client
// and with its binary one, and prints the answers.
package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/cloudwego/dynamicgo/conv"
	dproto "github.com/cloudwego/dynamicgo/proto"
	"github.com/cloudwego/gopkg/bufiox"

	"github.com/cloudwego/kitex/pkg/generic"
	"github.com/cloudwego/kitex/pkg/generic/descriptor"
	"github.com/cloudwego/kitex/pkg/generic/proto"
	"github.com/cloudwego/kitex/pkg/generic/thrift"
)

type request struct {
	// Op is "write" (JSON to bytes), "read" (the opposite) or "sorted" (JSON with sorted keys).
	Op     string `json:"op"`
	Method string `json:"method"`
	JSON   string `json:"json"`
	// Wire is base64.
	Wire []byte `json:"wire"`
	// Text: binary is a string as it is, not base64.
	Text bool `json:"text"`
}

type answer struct {
	JSON  string `json:"json"`
	Wire  []byte `json:"wire"`
	Error string `json:"error"`
}

func main() {
	run := serve
	if len(os.Args) == 4 && os.Args[1] == "client" {
		run = func() error { return callAll(os.Args[2], os.Args[3]) }
	}
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "generic:", err)
		os.Exit(1)
	}
}

func serve() error {
	mapping, err := mappingOf(os.Args[1])
	if err != nil {
		return err
	}
	lines := bufio.NewReader(os.Stdin)
	answers := json.NewEncoder(os.Stdout)
	for {
		line, err := lines.ReadBytes('\n')
		if err != nil {
			return nil
		}
		var asked request
		if err := json.Unmarshal(line, &asked); err != nil {
			return err
		}
		given, err := handle(mapping, asked)
		if err != nil {
			given.Error = err.Error()
		}
		if err := answers.Encode(given); err != nil {
			return err
		}
	}
}

// mapping is what a client does with a request, and what a server does.
type mapping interface {
	write(asked request) ([]byte, error)
	read(asked request) (string, error)
}

func mappingOf(idl string) (mapping, error) {
	if strings.HasSuffix(idl, ".proto") {
		options := dproto.Options{}
		folder, name := filepath.Split(idl)
		provider, err := generic.NewPbFileProviderWithDynamicGo(name, context.Background(), options, folder)
		if err != nil {
			return nil, err
		}
		return ofProtobuf{<-provider.Provide()}, nil
	}
	provider, err := generic.NewThriftFileProvider(idl)
	if err != nil {
		return nil, err
	}
	return ofThrift{<-provider.Provide()}, nil
}

// handle answers one request; a panic of the codec is an error.
func handle(mapping mapping, asked request) (given answer, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("panic: %v", cause)
		}
	}()
	switch asked.Op {
	case "write":
		given.Wire, err = mapping.write(asked)
	case "read":
		given.JSON, err = mapping.read(asked)
	case "sorted":
		given.JSON, err = sorted(asked.JSON)
	default:
		err = fmt.Errorf("no such op: %q", asked.Op)
	}
	return given, err
}

type ofThrift struct{ service *descriptor.ServiceDescriptor }

func (of ofThrift) write(asked request) ([]byte, error) {
	var wire []byte
	out := bufiox.NewBytesWriter(&wire)
	writer := thrift.NewWriteJSON(of.service)
	writer.SetBase64Binary(!asked.Text)
	if err := writer.Write(context.Background(), out, asked.JSON, asked.Method, true, nil); err != nil {
		return nil, err
	}
	return wire, out.Flush()
}

func (of ofThrift) read(asked request) (string, error) {
	reader := thrift.NewReadJSON(of.service)
	reader.SetBinaryWithBase64(!asked.Text)
	in := bufiox.NewBytesReader(asked.Wire)
	return text(reader.Read(context.Background(), asked.Method, false, len(asked.Wire), in))
}

// ofProtobuf has the options of JSONPbGeneric.
type ofProtobuf struct{ service *dproto.ServiceDescriptor }

func (of ofProtobuf) write(asked request) ([]byte, error) {
	writer := proto.NewWriteJSON(of.service, &conv.Options{})
	result, err := writer.Write(context.Background(), asked.JSON, asked.Method, true)
	if err != nil {
		return nil, err
	}
	wire, ok := result.([]byte)
	if !ok {
		return nil, fmt.Errorf("a result of type %T", result)
	}
	return wire, nil
}

func (of ofProtobuf) read(asked request) (string, error) {
	reader := proto.NewReadJSON(of.service, &conv.Options{})
	return text(reader.Read(context.Background(), asked.Method, false, asked.Wire))
}

func text(result any, err error) (string, error) {
	if err != nil {
		return "", err
	}
	text, ok := result.(string)
	if !ok {
		return "", fmt.Errorf("a result of type %T", result)
	}
	return text, nil
}

// sorted is the same JSON with the keys of objects in order; numbers stay as they are written.
func sorted(text string) (string, error) {
	decoder := json.NewDecoder(bytes.NewReader([]byte(text)))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		return "", err
	}
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return "", err
	}
	return string(bytes.TrimSpace(out.Bytes())), nil
}

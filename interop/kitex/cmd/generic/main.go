// Command generic answers, on standard output, what Kitex's JSON generic call makes of JSON and of Thrift's
// bytes. The tests of interop/codec are at the other end.
//
// Its argument is an IDL. A request is a line of JSON, and so is its answer.
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

	"github.com/cloudwego/gopkg/bufiox"

	"github.com/cloudwego/kitex/pkg/generic"
	"github.com/cloudwego/kitex/pkg/generic/descriptor"
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
	provider, err := generic.NewThriftFileProvider(os.Args[1])
	if err != nil {
		return err
	}
	service := <-provider.Provide()
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
		given, err := handle(service, asked)
		if err != nil {
			given.Error = err.Error()
		}
		if err := answers.Encode(given); err != nil {
			return err
		}
	}
}

// handle answers one request; a panic of the codec is an error.
func handle(service *descriptor.ServiceDescriptor, asked request) (given answer, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("panic: %v", cause)
		}
	}()
	switch asked.Op {
	case "write":
		given.Wire, err = write(service, asked)
	case "read":
		given.JSON, err = read(service, asked)
	case "sorted":
		given.JSON, err = sorted(asked.JSON)
	default:
		err = fmt.Errorf("no such op: %q", asked.Op)
	}
	return given, err
}

// write is what a client does with a request.
func write(service *descriptor.ServiceDescriptor, asked request) ([]byte, error) {
	var wire []byte
	out := bufiox.NewBytesWriter(&wire)
	writer := thrift.NewWriteJSON(service)
	writer.SetBase64Binary(!asked.Text)
	if err := writer.Write(context.Background(), out, asked.JSON, asked.Method, true, nil); err != nil {
		return nil, err
	}
	return wire, out.Flush()
}

// read is what a server does with a request.
func read(service *descriptor.ServiceDescriptor, asked request) (string, error) {
	reader := thrift.NewReadJSON(service)
	reader.SetBinaryWithBase64(!asked.Text)
	in := bufiox.NewBytesReader(asked.Wire)
	result, err := reader.Read(context.Background(), asked.Method, false, len(asked.Wire), in)
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

package main

import (
	"encoding/json"
	"fmt"

	"github.com/cloudwego/gopkg/protocol/thrift"

	"streamgen/interop/kitex/kitex_gen/guide"
	"streamgen/interop/kitex/kitex_gen/guidepb"
	"streamgen/interop/kitex/kitex_gen/guidepb/streamingservice"
)

// form is how a generic client or server sees messages. What it reads becomes JSON, to be printed.
type form struct {
	// args is what a call without stream takes, message a message of a stream.
	args, message func(text string) any
	// result reads what a call returns, text a message.
	result, text func(got any) (string, error)
}

func jsonOf(text string) any {
	encoded, _ := json.Marshal(map[string]string{"message": text})
	return string(encoded)
}

var jsonForm = form{jsonOf, jsonOf, asText, asText}

func asText(got any) (string, error) {
	text, ok := got.(string)
	if !ok {
		return "", fmt.Errorf("a response of type %T", got)
	}
	return text, nil
}

var thriftForm = form{
	args: func(text string) any {
		return thrift.FastMarshal(&guide.TestServiceEchoPingPongArgs{Req: &guide.Request{Message: text}})
	},
	message: func(text string) any { return thrift.FastMarshal(&guide.Request{Message: text}) },
	result: func(got any) (string, error) {
		var result guide.TestServiceEchoPingPongResult
		err := thrift.FastUnmarshal(got.([]byte), &result)
		return jsonOf(result.GetSuccess().GetMessage()).(string), err
	},
	text: func(got any) (string, error) {
		var message guide.Response
		err := thrift.FastUnmarshal(got.([]byte), &message)
		return jsonOf(message.Message).(string), err
	},
}

var protoForm = form{
	args: func(text string) any {
		args := streamingservice.UnaryEchoArgs{Req: &guidepb.Request{Message: text}}
		encoded, _ := args.Marshal(nil)
		return encoded
	},
	message: func(text string) any {
		encoded, _ := (&guidepb.Request{Message: text}).Marshal(nil)
		return encoded
	},
	result: func(got any) (string, error) {
		var result streamingservice.UnaryEchoResult
		err := result.Unmarshal(got.([]byte))
		return jsonOf(result.GetSuccess().GetMessage()).(string), err
	},
	text: func(got any) (string, error) {
		var message guidepb.Response
		err := message.Unmarshal(got.([]byte))
		return jsonOf(message.Message).(string), err
	},
}

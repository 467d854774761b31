package main

import (
	"context"

	"github.com/cloudwego/kitex/pkg/streaming"
)

// The halves of the cases, by the names of the tests of interop/suites. A server's half that is missing here
// is the echo of handler.go.

func bidiHalves[M any]() map[string]func(context.Context, streaming.BidiStreamingServer[M, M]) error {
	return map[string]func(context.Context, streaming.BidiStreamingServer[M, M]) error{
		"normal_bidi":                              serveNormalBidi[M],
		"normal_biz_error":                         serveNormalBidi[M],
		"cancel_bidi_independent":                  cancelBoth[M],
		"timeout_bidi":                             outlastBoth[M],
		"timeout_bidi_recv_timeout_takes_effect":   outlastBoth[M],
		"timeout_bidi_stream_timeout_takes_effect": outlastBoth[M],
		"own_timeout_of_recv":                      untilCanceled[M],
		"own_timeout_of_send":                      untilCanceled[M],
		"own_timeout_at_server":                    giveUpAtServer[M],
		"metadata":                                 metadataAtServer[M],
		"header_failure":                           badHeader[M],
		"trailer_failure":                          badTrailer[M],
	}
}

func requestHalves[M any]() map[string]func(context.Context, streaming.ClientStreamingServer[M, M]) error {
	return map[string]func(context.Context, streaming.ClientStreamingServer[M, M]) error{
		"normal_client":                              serveNormalClient[M],
		"normal_client_errors":                       serveNormalClient[M],
		"cancel_client_without_sending":              cancelRequests[M],
		"cancel_client_while_sending":                cancelRequests[M],
		"cancel_client_deferred":                     cancelRequests[M],
		"timeout_client":                             outlastRequests[M],
		"timeout_client_recv_timeout_takes_effect":   outlastRequests[M],
		"timeout_client_stream_timeout_takes_effect": outlastRequests[M],
	}
}

func responseHalves[M any]() map[string]func(context.Context, *M, streaming.ServerStreamingServer[M]) error {
	return map[string]func(context.Context, *M, streaming.ServerStreamingServer[M]) error{
		"normal_server":                              serveNormalServer[M],
		"cancel_server_responding_slowly":            cancelResponses[M],
		"cancel_server_while_receiving":              cancelResponses[M],
		"cancel_server_deferred":                     cancelResponses[M],
		"timeout_server":                             outlastResponses[M],
		"timeout_server_recv_timeout_takes_effect":   outlastResponses[M],
		"timeout_server_stream_timeout_takes_effect": outlastResponses[M],
	}
}

func clientHalves[M any]() map[string]func(*caller[M]) error {
	halves := map[string]func(*caller[M]) error{
		"normal_unary_timeout":    normalUnaryTimeout[M],
		"normal_unary_middleware": normalUnaryMiddleware[M],
		"normal_unary_biz_status": normalUnaryBizStatus[M],
		"normal_bidi":             normalBidi[M],
		"normal_client":           normalClient[M],
		"normal_client_errors":    normalClientErrors[M],
		"normal_server":           normalServer[M],
		"normal_biz_error":        normalBizError[M],

		"cancel_client_without_sending":   cancelWithoutSending[M],
		"cancel_client_while_sending":     cancelWhileSending[M],
		"cancel_client_deferred":          cancelBehindRequests[M],
		"cancel_server_responding_slowly": cancelWhileReceiving[M],
		"cancel_server_while_receiving":   cancelWhileReceiving[M],
		"cancel_server_deferred":          cancelBehindResponses[M],
		"cancel_bidi_independent":         cancelBothWays[M],

		"timeout_client": timeoutOfRequests[M],
		"timeout_server": timeoutOfResponses[M],
		"timeout_bidi":   timeoutOfBoth[M],
		"timeout_client_recv_timeout_takes_effect":   timeoutOfRequests[M],
		"timeout_client_stream_timeout_takes_effect": timeoutOfRequests[M],
		"timeout_server_recv_timeout_takes_effect":   timeoutOfResponses[M],
		"timeout_server_stream_timeout_takes_effect": timeoutOfResponses[M],
		"timeout_bidi_recv_timeout_takes_effect":     timeoutOfBoth[M],
		"timeout_bidi_stream_timeout_takes_effect":   timeoutOfBoth[M],

		"compat_bidi":   bidiOf[M]([]string{"ping"}, []string{"ping"}),
		"compat_client": clientOf[M]([]string{"ping"}, "1"),
		"compat_server": serverOf[M]("ping", "ping-0"),

		"echo_bidi":               bidiOf[M]([]string{"bidi-0", "bidi-1", "bidi-2"}, []string{"bidi-0", "bidi-1", "bidi-2"}),
		"echo_client":             clientOf[M]([]string{"client", "client", "client"}, "3"),
		"echo_server":             serverOf[M]("server", "server-0", "server-1", "server-2"),
		"echo_unary":              callUnary[M]("unary", "unary"),
		"echo_unary_exception":    fails(unaryWith[M]),
		"echo_pingpong":           callPingPong[M]("hello", "world", "hello-world"),
		"echo_pingpong_exception": fails(pingPongWith[M]),
		"echo_oneway":             oneway[M],
		"echo_oneway_exception":   onewayException[M],
		"echo_ping":               ping[M],
		"echo_ping_exception":     fails(pingWith[M]),
		"echo_pb_pingpong":        callPingPong[M]("hello", "", "hello"),

		"client_middleware_pingpong": callPingPong[M]("request", "", "response"),
		"client_middleware_unary":    callUnary[M]("request", "response"),
		"client_middleware_bidi":     bidiOf[M]([]string{"request"}, []string{"request-modified"}),
		"client_middleware_client":   clientOf[M]([]string{"request-0", "request-1"}, "2-modified"),
		"client_middleware_server":   serverOf[M]("request", "request-0-modified", "request-1-modified"),

		"server_middleware_pingpong":    callPingPong[M]("ping", "pong", "ping+request-pong+response"),
		"server_middleware_pb_pingpong": callPingPong[M]("ping", "", "ping+request+response"),
		"server_middleware_unary":       callUnary[M]("ping", "ping+request+response"),
		"server_middleware_bidi":        bidiOf[M]([]string{"request"}, []string{"request+recv+send"}),
		"server_middleware_client":      clientOf[M]([]string{"request-0", "request-1"}, "2+send"),
		"server_middleware_server":      serverOf[M]("request", "request+recv-0+send", "request+recv-1+send"),

		"own_timeout_of_recv":    ownTimeout[M],
		"own_timeout_of_send":    ownTimeoutOfSend[M],
		"own_timeout_at_server":  recvFails[M],
		"recv_timeout_of_client": recvTimeoutExceeded[M],
		"recv_timeout_of_call":   recvTimeoutExceeded[M],

		"header_failure":  badHeaderAtClient[M],
		"trailer_failure": badTrailerAtClient[M],
		"metadata":        metadataAtClient[M],
		"stream_log_id":   bidiOf[M]([]string{"hello"}, []string{"hello"}),
		"on_read_stream":  serverOf[M]("hello", "value"),

		"end_of_call":        endOfCall[M],
		"end_of_stream":      endOfStream[M],
		"end_of_open_stream": endOfStream[M],
	}
	tracingHalves(halves)
	return halves
}

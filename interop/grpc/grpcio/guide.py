"""The service of interop/idl/guide/streaming.proto on grpcio, or with `call ADDRESS` the guide's programs as its client.

Request and response have the same one field, so that a response is the bytes of a request. Calls whose path lacks the
package get "Method not found!", as the guide's FAQ says.
"""

import concurrent.futures
import json
import sys

import grpc

SERVICE = "guide.pb.StreamingService"
RESPONSES = 3


def last(requests, _context):
    response = b""
    for response in requests:
        pass
    return response


def repeat(request, _context):
    for _ in range(RESPONSES):
        yield request


def echo(requests, _context):
    yield from requests


METHODS = {
    "StreamRequestEcho": grpc.stream_unary_rpc_method_handler(last),
    "StreamResponseEcho": grpc.unary_stream_rpc_method_handler(repeat),
    "BidirectionalEcho": grpc.stream_stream_rpc_method_handler(echo),
    "UnaryEcho": grpc.unary_unary_rpc_method_handler(lambda request, _context: request),
}


def serve():
    server = grpc.server(concurrent.futures.ThreadPoolExecutor())
    server.add_generic_rpc_handlers([grpc.method_handlers_generic_handler(SERVICE, METHODS)])
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print(f"listening on 127.0.0.1:{port}", flush=True)
    sys.stdin.read()
    server.stop(None)


def message(text):
    """The bytes of a message whose one field is a short text."""
    text = text.encode()
    return bytes([0x0A, len(text)]) + text


def told(shape, response):
    print(shape, json.dumps({"message": response[2:].decode()}, separators=(",", ":")))


def call(address):
    """Makes the guide's calls, and prints a line for each message that it receives."""

    def stub(kind, method):
        return getattr(channel, kind)(f"/{SERVICE}/{method}")

    def requests(shape):
        return (message(f"grpc {shape} streaming generic {number}th request") for number in range(3))

    with grpc.insecure_channel(address) as channel:
        told("client", stub("stream_unary", "StreamRequestEcho")(requests("client")))
        for response in stub("unary_stream", "StreamResponseEcho")(message("grpc server streaming generic request")):
            told("server", response)
        for response in stub("stream_stream", "BidirectionalEcho")(requests("bidirectional")):
            told("bidi", response)
        told("call", stub("unary_unary", "UnaryEcho")(message("unary request")))


if sys.argv[1:2] == ["call"]:
    call(*sys.argv[2:])
else:
    serve()

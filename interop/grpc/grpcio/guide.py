"""The service of interop/idl/guide/streaming.proto on grpcio.

Request and response have the same one field, so that a response is the bytes of a request. Calls whose path lacks the
package get "Method not found!", as the guide's FAQ says.
"""

import concurrent.futures
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

server = grpc.server(concurrent.futures.ThreadPoolExecutor())
server.add_generic_rpc_handlers([grpc.method_handlers_generic_handler(SERVICE, METHODS)])
port = server.add_insecure_port("127.0.0.1:0")
server.start()
print(f"listening on 127.0.0.1:{port}", flush=True)
sys.stdin.read()
server.stop(None)

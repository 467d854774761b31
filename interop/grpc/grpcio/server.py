"""The server: `TestService` as gRPC's document describes it, on grpcio."""

import concurrent.futures
import pathlib
import socket
import sys
import threading
import time

import grpc
from google.rpc import status_pb2
from grpc_reflection.v1alpha import reflection
from grpc_status import rpc_status

import protos
import watch
from messages import (
    CANCELED, DETAILS, ECHO_INITIAL, ECHO_TRAILING, GZIP, REMAINING, REPORT, SERVICE, pb, zeros
)

CODES = {code.value[0]: code for code in grpc.StatusCode}
WORKERS = 256  # calls at a time: 200 stalled ones, and room for others
NO_DEADLINE = 1e9  # seconds; grpcio has it that 2^63 are left


class Service:
    def __init__(self, seen):
        self._seen = seen  # which requests were compressed; None where that is not checked
        self._lock = threading.Lock()
        self._canceled = 0

    def handlers(self):
        kinds = {
            "EmptyCall": (grpc.unary_unary_rpc_method_handler, pb.Empty, pb.Empty),
            "UnaryCall": (
                grpc.unary_unary_rpc_method_handler, pb.SimpleRequest, pb.SimpleResponse
            ),
            "StreamingInputCall": (
                grpc.stream_unary_rpc_method_handler,
                pb.StreamingInputCallRequest,
                pb.StreamingInputCallResponse,
            ),
            "StreamingOutputCall": (
                grpc.unary_stream_rpc_method_handler,
                pb.StreamingOutputCallRequest,
                pb.StreamingOutputCallResponse,
            ),
            "FullDuplexCall": (
                grpc.stream_stream_rpc_method_handler,
                pb.StreamingOutputCallRequest,
                pb.StreamingOutputCallResponse,
            ),
        }
        behaviours = {
            "EmptyCall": self.empty_call,
            "UnaryCall": self.unary_call,
            "StreamingInputCall": self.streaming_input_call,
            "StreamingOutputCall": self.streaming_output_call,
            "FullDuplexCall": self.full_duplex_call,
        }
        methods = {
            name: make(behaviours[name], request.FromString, response.SerializeToString)
            for name, (make, request, response) in kinds.items()
        }
        return grpc.method_handlers_generic_handler(SERVICE, methods)

    def empty_call(self, _request, context):
        if REPORT in dict(context.invocation_metadata()):
            remaining = context.time_remaining()
            remaining = str(int(remaining * 1000)) if remaining < NO_DEADLINE else "none"
            with self._lock:
                canceled = str(self._canceled)
            context.send_initial_metadata([(CANCELED, canceled), (REMAINING, remaining)])
        return pb.Empty()

    def unary_call(self, request, context):
        echo(context)
        end_as_asked(request, context)
        self._check(0, request, context)
        if request.response_compressed.value:
            context.set_compression(GZIP)
        return pb.SimpleResponse(payload=zeros(request.response_size))

    def streaming_input_call(self, requests, context):
        total = 0
        for index, request in enumerate(requests):
            self._check(index, request, context)
            total += len(request.payload.body)
        return pb.StreamingInputCallResponse(aggregated_payload_size=total)

    def streaming_output_call(self, request, context):
        if any(wanted.compressed.value for wanted in request.response_parameters):
            context.set_compression(GZIP)
        yield from responses(request, context)

    def full_duplex_call(self, requests, context):
        if REPORT in dict(context.invocation_metadata()):
            yield from self._reported(requests, context)
        else:
            yield from exchange(requests, context)

    def _reported(self, requests, context):
        """A call that counts as cancelled if its end comes before that of this function."""
        running = [True]

        def end():
            with self._lock:
                self._canceled += len(running)

        context.add_callback(end)
        yield from exchange(requests, context)
        running.clear()

    def _check(self, index, request, context):
        if self._seen is None or not request.HasField("expect_compressed"):
            return
        if self._seen.requests()[index] != request.expect_compressed.value:
            text = f"request {index} is not as expect_compressed says"
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, text)


def exchange(requests, context):
    echo(context)
    for request in requests:
        end_as_asked(request, context)
        yield from responses(request, context)


def echo(context):
    request = dict(context.invocation_metadata())
    if ECHO_INITIAL in request:
        context.send_initial_metadata([(ECHO_INITIAL, request[ECHO_INITIAL])])
    if ECHO_TRAILING in request:
        context.set_trailing_metadata([(ECHO_TRAILING, request[ECHO_TRAILING])])


def end_as_asked(request, context):
    asked = request.response_status
    if asked.code == 0:
        return
    if DETAILS not in dict(context.invocation_metadata()):
        context.abort(CODES[asked.code], asked.message)
    status = status_pb2.Status(code=asked.code, message=asked.message)
    status.details.add().Pack(asked)
    context.abort_with_status(rpc_status.to_status(status))


def responses(request, context):
    for wanted in request.response_parameters:
        time.sleep(wanted.interval_us / 1e6)
        if not wanted.compressed.value:
            context.disable_next_message_compression()
        yield pb.StreamingOutputCallResponse(payload=zeros(wanted.size))


def serve(options):
    seen = watch.Watch() if options.check_compression else None
    server = grpc.server(concurrent.futures.ThreadPoolExecutor(max_workers=WORKERS))
    server.add_generic_rpc_handlers((Service(seen).handlers(),))
    known = protos.pool("grpc/testing/test.proto", protos.IDL)
    reflection.enable_server_reflection([SERVICE, reflection.SERVICE_NAME], server, pool=known)
    if seen:
        inner = server.add_insecure_port("127.0.0.1:0")
        listener = socket.create_server(("127.0.0.1", options.port))
        port = listener.getsockname()[1]
    elif options.use_tls:
        key, chain = (
            pathlib.Path(file).read_bytes()
            for file in (options.tls_key_file, options.tls_cert_file)
        )
        credentials = grpc.ssl_server_credentials([(key, chain)])
        port = server.add_secure_port(f"127.0.0.1:{options.port}", credentials)
    else:
        port = server.add_insecure_port(f"127.0.0.1:{options.port}")
    server.start()
    if seen:
        watch.relay(listener, ("127.0.0.1", inner), seen)
    print(f"interop server listening on 127.0.0.1:{port}", file=sys.stderr, flush=True)
    server.wait_for_termination()

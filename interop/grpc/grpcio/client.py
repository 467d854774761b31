"""The client: its channel, and what every case needs."""

import faulthandler
import gc
import pathlib
import queue
import socket
import sys

import grpc

import watch
from messages import SERVICE, pb

TIMEOUT = 20  # seconds for one call
CASE_TIMEOUT = 60  # seconds for a case


class Client:
    """The methods that cases call; `seen` is what went over the wire, in cases about it."""

    def __init__(self, channel, seen):
        self.seen = seen
        self.empty_call = unary(channel, SERVICE, "EmptyCall", pb.Empty, pb.Empty)
        self.unary_call = unary(
            channel, SERVICE, "UnaryCall", pb.SimpleRequest, pb.SimpleResponse
        )
        self.unimplemented_method = unary(
            channel, SERVICE, "UnimplementedCall", pb.Empty, pb.Empty
        )
        self.unimplemented_service = unary(
            channel, "grpc.testing.UnimplementedService", "UnimplementedCall", pb.Empty, pb.Empty
        )
        self.streaming_input_call = channel.stream_unary(
            f"/{SERVICE}/StreamingInputCall",
            request_serializer=pb.StreamingInputCallRequest.SerializeToString,
            response_deserializer=pb.StreamingInputCallResponse.FromString,
        )
        self.streaming_output_call = channel.unary_stream(
            f"/{SERVICE}/StreamingOutputCall",
            request_serializer=pb.StreamingOutputCallRequest.SerializeToString,
            response_deserializer=pb.StreamingOutputCallResponse.FromString,
        )
        self.full_duplex_call = channel.stream_stream(
            f"/{SERVICE}/FullDuplexCall",
            request_serializer=pb.StreamingOutputCallRequest.SerializeToString,
            response_deserializer=pb.StreamingOutputCallResponse.FromString,
        )


def unary(channel, service, method, request, response):
    return channel.unary_unary(
        f"/{service}/{method}",
        request_serializer=request.SerializeToString,
        response_deserializer=response.FromString,
    )


class Requests:
    """Requests of a stream, sent one by one."""

    def __init__(self, *requests):
        self._queue = queue.SimpleQueue()
        for request in requests:
            self.send(request)

    def send(self, request):
        self._queue.put(request)

    def close(self):
        self._queue.put(None)

    def __iter__(self):
        return self

    def __next__(self):
        request = self._queue.get()
        if request is None:
            raise StopIteration
        return request


def expect(what, found, wanted):
    if found != wanted:
        sys.exit(f"{what}: want {wanted!r:.200}, got {found!r:.200}")


def failed_with(code, call):
    """The error of a call that was to fail with `code`."""
    try:
        call()
    except grpc.RpcError as error:
        expect("status", error.code(), code)
        return error
    sys.exit(f"succeeded, want {code}")


def run(options, case, watches):
    # grpcio's call objects take their call's lock in `__del__`. If the garbage collector runs while
    # a thread holds that lock, the thread waits for itself.
    gc.disable()
    # Ends the program, and says where it was.
    faulthandler.dump_traceback_later(CASE_TIMEOUT, exit=True)
    target, seen = f"{options.server_host}:{options.server_port}", None
    if watches:
        seen = watch.Watch()
        listener = socket.create_server(("127.0.0.1", 0))
        watch.relay(listener, (options.server_host, options.server_port), seen)
        target = f"127.0.0.1:{listener.getsockname()[1]}"
    with channel(target, options) as connected:
        case(Client(connected, seen))


def channel(target, options):
    if not options.use_tls:
        return grpc.insecure_channel(target)
    credentials = grpc.ssl_channel_credentials(pathlib.Path(options.ca_file).read_bytes())
    name = [("grpc.ssl_target_name_override", options.server_host_override)]
    return grpc.secure_channel(target, credentials, name)

"""The cases about compression of gRPC's interop suite, on grpcio.

    interop.py server -port 10000
    interop.py client -server_host 127.0.0.1 -server_port 10000 -test_case server_compressed_unary

grpcio has no interop programs of its own for them. The flags are those of grpc-go's programs; the
client's exit status is 0 only if the case passed. Messages are those of ../../idl, read at start.
"""

import argparse
import concurrent.futures
import pathlib
import random
import socket
import sys
import tempfile

import grpc
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from grpc_tools import protoc

import watch

IDL = pathlib.Path(__file__).resolve().parents[2] / "idl"
SERVICE = "grpc.testing.TestService"
GZIP = grpc.Compression.Gzip
TIMEOUT = 20  # seconds for one call


def messages():
    """The messages of the suite, by their names."""
    with tempfile.TemporaryDirectory() as folder:
        descriptors = pathlib.Path(folder) / "test.pb"
        arguments = [f"-I{IDL}", "--include_imports", f"--descriptor_set_out={descriptors}"]
        assert protoc.main(["protoc", *arguments, "grpc/testing/test.proto"]) == 0
        files = descriptor_pb2.FileDescriptorSet.FromString(descriptors.read_bytes())
    pool = descriptor_pool.DescriptorPool()
    for file in files.file:
        pool.Add(file)
    names = [message.name for file in files.file for message in file.message_type]
    return argparse.Namespace(**{
        name: message_factory.GetMessageClass(pool.FindMessageTypeByName(f"grpc.testing.{name}"))
        for name in names
    })


pb = messages()


def zeros(size):
    return pb.Payload(body=bytes(size))


# The server.


class Service:
    def __init__(self, seen):
        self._seen = seen

    def handlers(self):
        methods = {
            "UnaryCall": grpc.unary_unary_rpc_method_handler(
                self.unary_call, pb.SimpleRequest.FromString, pb.SimpleResponse.SerializeToString
            ),
            "StreamingInputCall": grpc.stream_unary_rpc_method_handler(
                self.streaming_input_call,
                pb.StreamingInputCallRequest.FromString,
                pb.StreamingInputCallResponse.SerializeToString,
            ),
            "StreamingOutputCall": grpc.unary_stream_rpc_method_handler(
                self.streaming_output_call,
                pb.StreamingOutputCallRequest.FromString,
                pb.StreamingOutputCallResponse.SerializeToString,
            ),
        }
        return grpc.method_handlers_generic_handler(SERVICE, methods)

    def _check(self, index, request, context):
        expected = request.expect_compressed.value
        if request.HasField("expect_compressed") and self._seen.requests()[index] != expected:
            text = f"request {index} is not as expect_compressed says"
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, text)

    def unary_call(self, request, context):
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
        for wanted in request.response_parameters:
            if not wanted.compressed.value:
                context.disable_next_message_compression()
            yield pb.StreamingOutputCallResponse(payload=zeros(wanted.size))


def serve(port):
    seen = watch.Watch()
    server = grpc.server(concurrent.futures.ThreadPoolExecutor(max_workers=4))
    server.add_generic_rpc_handlers((Service(seen).handlers(),))
    inner = server.add_insecure_port("127.0.0.1:0")
    server.start()
    listener = socket.create_server(("127.0.0.1", port))
    watch.relay(listener, ("127.0.0.1", inner), seen)
    port = listener.getsockname()[1]
    print(f"interop server listening on 127.0.0.1:{port}", file=sys.stderr, flush=True)
    server.wait_for_termination()


# The client.


class Client:
    def __init__(self, channel, seen):
        self.seen = seen
        self.unary_call = channel.unary_unary(
            f"/{SERVICE}/UnaryCall",
            request_serializer=pb.SimpleRequest.SerializeToString,
            response_deserializer=pb.SimpleResponse.FromString,
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


def client_compressed_unary(client):
    def request(compressed):
        return pb.SimpleRequest(
            expect_compressed=pb.BoolValue(value=compressed),
            response_size=314159,
            payload=zeros(271828),
        )

    refused(lambda: client.unary_call(request(True), timeout=TIMEOUT))
    for compressed in (True, False):
        encoding = GZIP if compressed else None
        response = client.unary_call(request(compressed), timeout=TIMEOUT, compression=encoding)
        expect("body", response.payload.body, bytes(314159))
        expect("requests", client.seen.requests(), [compressed])


def server_compressed_unary(client):
    for compressed in (True, False):
        request = pb.SimpleRequest(
            response_compressed=pb.BoolValue(value=compressed),
            response_size=314159,
            payload=zeros(271828),
        )
        response = client.unary_call(request, timeout=TIMEOUT)
        expect("body", response.payload.body, bytes(314159))
        expect("responses", client.seen.responses(), [compressed])


def client_compressed_streaming(client):
    def request(payload, compressed):
        expected = pb.BoolValue(value=compressed)
        return pb.StreamingInputCallRequest(payload=payload, expect_compressed=expected)

    probe = [request(zeros(27182), True)]
    refused(lambda: client.streaming_input_call(iter(probe), timeout=TIMEOUT))
    # grpcio's clients compress all messages of a call, but those that would not get smaller.
    noise = pb.Payload(body=random.Random(1).randbytes(45904))
    requests = [request(zeros(27182), True), request(noise, False)]
    response = client.streaming_input_call(iter(requests), timeout=TIMEOUT, compression=GZIP)
    expect("sum", response.aggregated_payload_size, 73086)
    expect("requests", client.seen.requests(), [True, False])


def server_compressed_streaming(client):
    wanted = [
        pb.ResponseParameters(size=31415, compressed=pb.BoolValue(value=True)),
        pb.ResponseParameters(size=92653, compressed=pb.BoolValue(value=False)),
    ]
    request = pb.StreamingOutputCallRequest(response_parameters=wanted)
    responses = list(client.streaming_output_call(request, timeout=TIMEOUT))
    expect("bodies", [response.payload for response in responses], [zeros(31415), zeros(92653)])
    expect("responses", client.seen.responses(), [True, False])


CASES = {
    case.__name__: case
    for case in (
        client_compressed_unary,
        server_compressed_unary,
        client_compressed_streaming,
        server_compressed_streaming,
    )
}


def expect(what, found, wanted):
    if found != wanted:
        sys.exit(f"{what}: want {wanted!r:.200}, got {found!r:.200}")


def refused(call):
    """A server that cannot tell what is compressed would take this call too."""
    try:
        call()
    except grpc.RpcError as error:
        expect("status", error.code(), grpc.StatusCode.INVALID_ARGUMENT)
    else:
        sys.exit("a request that is not compressed was taken for one that is")


def run(host, port, case):
    seen = watch.Watch()
    listener = socket.create_server(("127.0.0.1", 0))
    watch.relay(listener, (host, port), seen)
    with grpc.insecure_channel(f"127.0.0.1:{listener.getsockname()[1]}") as channel:
        CASES[case](Client(channel, seen))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    server = commands.add_parser("server")
    server.add_argument("-port", "--port", type=int, default=10000)
    client = commands.add_parser("client")
    client.add_argument("-server_host", "--server_host", default="localhost")
    client.add_argument("-server_port", "--server_port", type=int, default=10000)
    client.add_argument("-test_case", "--test_case", choices=CASES, required=True)
    options = parser.parse_args()
    if options.command == "server":
        serve(options.port)
    else:
        run(options.server_host, options.server_port, options.test_case)


if __name__ == "__main__":
    main()

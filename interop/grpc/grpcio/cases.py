"""The cases of gRPC's interop suite, and ours about what it leaves out."""

import random

import grpc
from google.rpc import status_pb2
from grpc_status import rpc_status

from client import TIMEOUT, Requests, expect, failed_with
from messages import (
    CANCELED, DETAILS, ECHO_INITIAL, ECHO_TRAILING, GZIP, REMAINING, REPORT, pb, zeros
)

REQUESTS = (27182, 8, 1828, 45904)
RESPONSES = (31415, 9, 2653, 58979)

Code = grpc.StatusCode


def exchange(request, *responses):
    """A request of `request` bytes for responses of `responses` bytes."""
    wanted = [pb.ResponseParameters(size=size) for size in responses]
    return pb.StreamingOutputCallRequest(response_parameters=wanted, payload=zeros(request))


def one_and_no_more():
    """A request for a response at once and one that no case waits for."""
    wanted = [pb.ResponseParameters(size=1), pb.ResponseParameters(size=1, interval_us=60_000_000)]
    return pb.StreamingOutputCallRequest(response_parameters=wanted)


def has_body(response, size):
    expect("body", response.payload, zeros(size))


# Messages.


def empty_unary(client):
    expect("response", client.empty_call(pb.Empty(), timeout=TIMEOUT), pb.Empty())


def large_unary(client):
    request = pb.SimpleRequest(response_size=314159, payload=zeros(271828))
    has_body(client.unary_call(request, timeout=TIMEOUT), 314159)


def client_streaming(client):
    requests = [pb.StreamingInputCallRequest(payload=zeros(size)) for size in REQUESTS]
    response = client.streaming_input_call(iter(requests), timeout=TIMEOUT)
    expect("sum", response.aggregated_payload_size, 74922)


def server_streaming(client):
    stream = client.streaming_output_call(exchange(0, *RESPONSES), timeout=TIMEOUT)
    expect("bodies", [response.payload for response in stream], [zeros(n) for n in RESPONSES])


def ping_pong(client):
    requests = Requests()
    stream = client.full_duplex_call(requests, timeout=TIMEOUT)
    for request, response in zip(REQUESTS, RESPONSES):
        requests.send(exchange(request, response))
        has_body(next(stream), response)
    requests.close()
    expect("more responses", list(stream), [])


def empty_stream(client):
    expect("responses", list(client.full_duplex_call(iter(()), timeout=TIMEOUT)), [])


# Metadata and statuses.


def custom_metadata(client):
    initial, trailing = (ECHO_INITIAL, "test_initial_metadata_value"), (ECHO_TRAILING, b"\xab" * 3)

    def came_back(call):
        expect("header", [pair for pair in call.initial_metadata() if pair == initial], [initial])
        trailer = [pair for pair in call.trailing_metadata() if pair[0] == ECHO_TRAILING]
        expect("trailer", trailer, [trailing])

    sent = [initial, trailing]
    request = pb.SimpleRequest(response_size=1, payload=zeros(1))
    _, call = client.unary_call.with_call(request, timeout=TIMEOUT, metadata=sent)
    came_back(call)
    stream = client.full_duplex_call(iter([exchange(1, 1)]), timeout=TIMEOUT, metadata=sent)
    expect("responses", len(list(stream)), 1)
    came_back(stream)


def fails_as_asked(client, code, message, metadata=None):
    """The errors of a unary call and of a stream that ask for a status."""
    asked = pb.EchoStatus(code=code.value[0], message=message)
    unary = pb.SimpleRequest(response_status=asked)
    stream = pb.StreamingOutputCallRequest(response_status=asked)
    calls = (
        lambda: client.unary_call(unary, timeout=TIMEOUT, metadata=metadata),
        lambda: list(client.full_duplex_call(iter([stream]), timeout=TIMEOUT, metadata=metadata)),
    )
    errors = [failed_with(code, call) for call in calls]
    for error in errors:
        expect("message", error.details(), message)
    return asked, errors


def status_code_and_message(client):
    fails_as_asked(client, Code.UNKNOWN, "test status message")


def special_status_message(client):
    message = "\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n"
    fails_as_asked(client, Code.UNKNOWN, message)


def status_details(client):
    asked, errors = fails_as_asked(
        client, Code.FAILED_PRECONDITION, "with details é", [(DETAILS, "1")]
    )
    wanted = status_pb2.Status(code=asked.code, message=asked.message)
    wanted.details.add().Pack(asked)
    for error in errors:
        expect("details", rpc_status.from_call(error), wanted)


def unimplemented_method(client):
    failed_with(Code.UNIMPLEMENTED, lambda: client.unimplemented_method(pb.Empty()))


def unimplemented_service(client):
    failed_with(Code.UNIMPLEMENTED, lambda: client.unimplemented_service(pb.Empty()))


# Calls that end before they are done.


def report(client, timeout=None):
    """Calls with REPORT that were cancelled at the server, and the milliseconds that are left."""
    _, call = client.empty_call.with_call(pb.Empty(), timeout=timeout, metadata=[(REPORT, "1")])
    header = dict(call.initial_metadata())
    return int(header[CANCELED]), header[REMAINING]


def cancel_after_begin(client):
    requests = Requests()
    call = client.streaming_input_call.future(requests, timeout=TIMEOUT)
    call.cancel()
    requests.close()
    expect("status", call.code(), Code.CANCELLED)


def cancel_after_first_response(client):
    requests = Requests(exchange(27182, 31415))
    stream = client.full_duplex_call(requests, timeout=TIMEOUT)
    has_body(next(stream), 31415)
    stream.cancel()
    failed_with(Code.CANCELLED, lambda: next(stream))
    requests.close()


def cancel_at_server(client):
    before, _ = report(client, TIMEOUT)
    requests = Requests(one_and_no_more())
    stream = client.full_duplex_call(requests, timeout=TIMEOUT, metadata=[(REPORT, "1")])
    has_body(next(stream), 1)
    stream.cancel()
    while report(client, TIMEOUT)[0] == before:
        pass  # The case as a whole has a limit.
    expect("cancelled calls", report(client, TIMEOUT)[0], before + 1)
    requests.close()


def timeout_on_sleeping_server(client):
    requests = Requests(pb.StreamingOutputCallRequest(payload=zeros(27182)))
    stream = client.full_duplex_call(requests, timeout=0.001)
    failed_with(Code.DEADLINE_EXCEEDED, lambda: list(stream))
    requests.close()


def deadline_at_server(client):
    remaining = int(report(client, TIMEOUT)[1])
    expect("time left", 0 < remaining <= TIMEOUT * 1000, True)
    expect("time left", report(client)[1], "none")


def deadline_in_stream(client):
    # Time enough for the first message on a busy machine.
    stream = client.streaming_output_call(one_and_no_more(), timeout=3)
    has_body(next(stream), 1)
    failed_with(Code.DEADLINE_EXCEEDED, lambda: next(stream))


# The cases about stalled readers: 200 streams whose readers do nothing, and other calls on the same
# connection.

STALLED = 200
UNREAD, LEN = 3, 50_000  # together more than 16 MiB
ROUNDS = 20


def stalled_readers(client):
    """The client does not read."""
    wanted = exchange(0, *[LEN] * UNREAD)
    unread = [client.streaming_output_call(wanted, timeout=TIMEOUT) for _ in range(STALLED)]
    work(client)
    for stream in unread:
        expect("bodies", [response.payload for response in stream], [zeros(LEN)] * UNREAD)


def stalled_handlers(client):
    """The server does not read: its handler sleeps for a minute before it sends the next response."""
    waiting = []
    for _ in range(STALLED):
        requests = Requests(one_and_no_more(), *[exchange(LEN, 1)] * UNREAD)
        stream = client.full_duplex_call(requests)
        has_body(next(stream), 1)
        waiting.append((requests, stream))
    work(client)
    for requests, stream in waiting:
        requests.close()
        stream.cancel()


def work(client):
    for _ in range(ROUNDS):
        ping_pong(client)
        large_unary(client)


# Compression. A relay tells which messages came compressed.


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
        has_body(response, 314159)
        expect("requests", client.seen.requests(), [compressed])


def server_compressed_unary(client):
    for compressed in (True, False):
        request = pb.SimpleRequest(
            response_compressed=pb.BoolValue(value=compressed),
            response_size=314159,
            payload=zeros(271828),
        )
        has_body(client.unary_call(request, timeout=TIMEOUT), 314159)
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


def refused(call):
    """A server that cannot tell what is compressed would take this call too."""
    failed_with(Code.INVALID_ARGUMENT, call)


CASES = {
    case.__name__: case
    for case in (
        empty_unary,
        large_unary,
        client_streaming,
        server_streaming,
        ping_pong,
        empty_stream,
        custom_metadata,
        status_code_and_message,
        special_status_message,
        status_details,
        unimplemented_method,
        unimplemented_service,
        cancel_after_begin,
        cancel_after_first_response,
        cancel_at_server,
        timeout_on_sleeping_server,
        deadline_at_server,
        deadline_in_stream,
        stalled_readers,
        stalled_handlers,
        client_compressed_unary,
        server_compressed_unary,
        client_compressed_streaming,
        server_compressed_streaming,
    )
}

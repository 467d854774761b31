"""Calls the service PeerPb of ../../idl/peer.proto over channels that come and go, as a seed says.

    peer_calls.py -addr 127.0.0.1:8899 -seconds 5 -seed 1

Runs until the time is over and the calls of the last channel have ended. Exit status 0 only if every call
went as ../../SCENARIOS.md says of its directive. A call whose channel is closed under it is cancelled.
"""

import argparse
import concurrent.futures
import contextlib
import faulthandler
import gc
import random
import sys
import time

import grpc

import protos
from client import Requests, expect, failed_with

TIMEOUT = 60  # seconds for one call, on a busy machine
PARALLEL = 8  # calls of one channel at the same time
CALLS = 40  # calls of one channel at most
COUNT = 20  # messages of one stream at most
SIZES = (0, 100, 1_000, 70_000)  # bytes of payload; the last is more than a stream's first window

pb = protos.messages("peer.proto", "peerpb")


class Peer:
    """The methods of PeerPb. `channel` has a connection of its own, which no other channel shares."""

    def __init__(self, address):
        own = [("grpc.use_local_subchannel_pool", 1)]
        self.channel = grpc.insecure_channel(address, own)
        self.echo = self._method(self.channel.unary_unary, "Echo")
        self.client_stream = self._method(self.channel.stream_unary, "ClientStream")
        self.server_stream = self._method(self.channel.unary_stream, "ServerStream")
        self.bidi = self._method(self.channel.stream_stream, "Bidi")

    @staticmethod
    def _method(kind, name):
        return kind(
            f"/peerpb.PeerPb/{name}",
            request_serializer=pb.Msg.SerializeToString,
            response_deserializer=pb.Msg.FromString,
        )


def order(directive):
    """The metadata by which metainfo, with one directive for the handler, travels over gRPC."""
    return [("rpc-transit-peer-do", directive)]


def messages(chance):
    payload = bytes(k % 251 for k in range(chance.choice(SIZES)))
    count = chance.randint(1, COUNT)
    return [pb.Msg(text=f"m{i}", seq=i, payload=payload) for i in range(count)]


def same(found, sent, text):
    wanted = pb.Msg()
    wanted.CopyFrom(sent)
    wanted.text = text
    expect("answer", found, wanted)


def echo(peer, chance):
    for sent in messages(chance):
        same(peer.echo(sent, timeout=TIMEOUT), sent, f"pong:{sent.text}")


def fails(peer, chance):
    try:
        peer.echo(messages(chance)[0], timeout=TIMEOUT, metadata=order("status=5"))
    except grpc.RpcError as error:
        if error.code() != grpc.StatusCode.NOT_FOUND:
            raise
    else:
        sys.exit("succeeded, want status 5")


def bidi(peer, chance):
    with contextlib.closing(Requests()) as requests:
        answers = peer.bidi(requests, timeout=TIMEOUT)
        for message in messages(chance):
            requests.send(message)
            same(next(answers), message, f"echo:{message.text}")
    expect("more answers", list(answers), [])


def client_stream(peer, chance):
    sent = messages(chance)
    answer = peer.client_stream(iter(sent), timeout=TIMEOUT)
    expect("text", answer.text, f"got:{sent[-1].text}")
    expect("bytes", answer.attrs["bytes"], str(sum(len(message.payload) for message in sent)))


def server_stream(peer, chance):
    sent = messages(chance)[-1]
    sent.text, count = "m", sent.seq  # the request's seq tells the handler how many messages to send
    answers = list(peer.server_stream(sent, timeout=TIMEOUT))
    expect("texts", [answer.text for answer in answers], [f"m#{i}" for i in range(count)])


def cancel(peer, chance):
    with contextlib.closing(Requests(*messages(chance)[:1])) as requests:
        answers = peer.bidi(requests, timeout=TIMEOUT, metadata=order("hold@1"))
        next(answers)
        time.sleep(chance.random() / 10)
        answers.cancel()
        failed_with(grpc.StatusCode.CANCELLED, lambda: next(answers))


def cancel_flood(peer, chance):
    answers = peer.server_stream(messages(chance)[0], timeout=TIMEOUT, metadata=order("flood"))
    for _ in range(chance.randint(1, COUNT)):
        next(answers)
    answers.cancel()
    failed_with(grpc.StatusCode.CANCELLED, lambda: list(answers))


CASES = (echo, fails, bidi, client_stream, server_stream, cancel, cancel_flood)


def one_channel(address, chance):
    """Makes some calls on one channel. Every other time, closes the channel before the calls have ended."""
    peer, cut = Peer(address), chance.random() < 0.5
    # Each call draws from a generator of its own: the seed does not determine the order of the
    # threads.
    calls = [
        (chance.choice(CASES), random.Random(chance.random()))
        for _ in range(chance.randint(1, CALLS))
    ]
    with concurrent.futures.ThreadPoolExecutor(PARALLEL) as threads:
        running = [threads.submit(case, peer, own) for case, own in calls]
        if cut:
            time.sleep(chance.random())
            for call in running:
                call.cancel()  # cancels the calls that have not begun
            peer.channel.close()
        for call in running:
            judge(call, cut)
    peer.channel.close()


def judge(call, cut):
    try:
        call.result()
    except concurrent.futures.CancelledError:
        pass
    except grpc.RpcError as error:
        if not cut or error.code() != grpc.StatusCode.CANCELLED:
            sys.exit(f"{error.code()}: {error.details()}")
    except ValueError as error:
        # This is grpcio's text for a call that begins on a closed channel.
        if not cut or "closed" not in str(error).lower():
            raise


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("-addr", required=True)
    parser.add_argument("-seconds", type=float, default=5)
    parser.add_argument("-seed", type=int, default=1)
    options = parser.parse_args()
    # The garbage collector must not run during calls: see client.py.
    gc.disable()
    # If the program hangs, this ends it and prints the stack of each thread.
    faulthandler.dump_traceback_later(options.seconds + 2 * TIMEOUT, exit=True)
    chance, until = random.Random(options.seed), time.monotonic() + options.seconds
    while time.monotonic() < until:
        one_channel(options.addr, chance)
        gc.collect()


if __name__ == "__main__":
    main()

"""A relay that sees which gRPC messages are compressed; grpcio does not tell its users."""

import collections
import socket
import threading

PREFACE = 24  # bytes that a client sends before its first frame
HEAD = 9  # bytes of the head of a frame
PREFIX = 5  # bytes in front of a message: flag and length

DATA, HEADERS = 0, 1
PADDED = 0x8


class Watch:
    """Which messages of the latest call were compressed. Cases make one call at a time."""

    def __init__(self):
        self._lock = threading.Lock()
        self._stream = None
        self._messages = {"requests": [], "responses": []}

    def requests(self):
        with self._lock:
            return list(self._messages["requests"])

    def responses(self):
        with self._lock:
            return list(self._messages["responses"])

    def opened(self, stream):
        with self._lock:
            self._stream = stream
            self._messages = {"requests": [], "responses": []}

    def message(self, side, stream, compressed):
        with self._lock:
            if stream == self._stream:
                self._messages[side].append(compressed)


class Direction:
    """One direction of a connection: finds the messages in its bytes."""

    def __init__(self, watch, side):
        self._watch, self._side = watch, side
        self._preface = PREFACE if side == "requests" else 0
        self._rest = b""
        self._streams = collections.defaultdict(lambda: [b"", 0])

    def read(self, data):
        """Takes the bytes that come next; gives those that may go on, which are whole frames.

        grpcio takes a message out of a frame of which it has only a part.
        """
        skipped = min(self._preface, len(data))
        self._preface -= skipped
        whole = [data[:skipped]]
        self._rest += data[skipped:]
        while len(self._rest) >= HEAD:
            end = HEAD + int.from_bytes(self._rest[:3], "big")
            if len(self._rest) < end:
                break
            frame, self._rest = self._rest[:end], self._rest[end:]
            stream = int.from_bytes(frame[5:HEAD], "big") & 0x7FFFFFFF
            self._frame(frame[3], frame[4], stream, frame[HEAD:])
            whole.append(frame)
        return b"".join(whole)

    def _frame(self, kind, flags, stream, payload):
        if kind == HEADERS and self._side == "requests":
            self._watch.opened(stream)
        if kind != DATA:
            return
        if flags & PADDED:
            payload = payload[1 : len(payload) - payload[0]]
        prefix, missing = self._streams[stream]
        while payload:
            skipped = min(missing, len(payload))
            missing, payload = missing - skipped, payload[skipped:]
            taken = min(PREFIX - len(prefix), len(payload))
            prefix, payload = prefix + payload[:taken], payload[taken:]
            if len(prefix) == PREFIX:
                self._watch.message(self._side, stream, prefix[0] & 1 == 1)
                prefix, missing = b"", int.from_bytes(prefix[1:], "big")
        self._streams[stream] = [prefix, missing]


def relay(listener, target, watch):
    """Relays connections between `listener` and the server at `target`, in the background."""

    def accept():
        while True:
            client, _ = listener.accept()
            server = socket.create_connection(target)
            start(copy, client, server, Direction(watch, "requests"))
            start(copy, server, client, Direction(watch, "responses"))

    start(accept)


def copy(source, sink, direction):
    # What is in the bytes is noted before they go on, so that whoever receives a message finds it.
    try:
        while data := source.recv(16384):
            sink.sendall(direction.read(data))
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        sink.close()


def start(target, *args):
    threading.Thread(target=target, args=args, daemon=True).start()

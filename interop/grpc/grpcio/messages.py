"""The messages of the suite, made from ../../idl at start, and what both programs agree on."""

import argparse
import pathlib
import tempfile

import grpc
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from grpc_tools import protoc

IDL = pathlib.Path(__file__).resolve().parents[2] / "idl"
SERVICE = "grpc.testing.TestService"
GZIP = grpc.Compression.Gzip

# The header that a server sends back as its header, and the one that it sends back as its trailer.
ECHO_INITIAL = "x-grpc-test-echo-initial"
ECHO_TRAILING = "x-grpc-test-echo-trailing-bin"

# Headers of the cases that are not gRPC's: see ../src/cases/report.rs.
DETAILS = "x-interop-details"
REPORT = "x-interop-report"
CANCELED = "x-interop-canceled"
REMAINING = "x-interop-remaining-ms"


def _messages():
    """The messages, by their names."""
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


pb = _messages()


def zeros(size):
    return pb.Payload(body=bytes(size))

"""Builds message classes from the .proto files in ../../idl when a program starts."""

import argparse
import pathlib
import tempfile

import grpc_tools
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from grpc_tools import protoc

IDL = pathlib.Path(__file__).resolve().parents[2] / "idl"
# The files of google.protobuf.
WELL_KNOWN = pathlib.Path(grpc_tools.__file__).parent / "_proto"


def files(proto, folder):
    """The descriptors of the file `proto` in a folder, and of the files that it imports."""
    with tempfile.TemporaryDirectory() as scratch:
        descriptors = pathlib.Path(scratch) / "messages.pb"
        arguments = [f"-I{folder}", f"-I{WELL_KNOWN}", "--include_imports"]
        arguments.append(f"--descriptor_set_out={descriptors}")
        assert protoc.main(["protoc", *arguments, proto]) == 0
        return descriptor_pb2.FileDescriptorSet.FromString(descriptors.read_bytes()).file


def pool(proto, folder):
    """A pool of these descriptors."""
    found = descriptor_pool.DescriptorPool()
    for file in files(proto, folder):
        found.Add(file)
    return found


def messages(proto, package):
    """The messages of `package` by name. They come from the file `proto` and from the files that it imports."""
    found = pool(proto, IDL)
    names = [message.name for file in files(proto, IDL) for message in file.message_type]
    return argparse.Namespace(**{
        name: message_factory.GetMessageClass(found.FindMessageTypeByName(f"{package}.{name}"))
        for name in names
    })

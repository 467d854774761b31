"""Builds message classes from the .proto files in ../../idl when a program starts."""

import argparse
import pathlib
import tempfile

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from grpc_tools import protoc

IDL = pathlib.Path(__file__).resolve().parents[2] / "idl"


def messages(proto, package):
    """The messages of `package` by name. They come from the file `proto` and from the files that it imports."""
    with tempfile.TemporaryDirectory() as folder:
        descriptors = pathlib.Path(folder) / "messages.pb"
        arguments = [f"-I{IDL}", "--include_imports", f"--descriptor_set_out={descriptors}"]
        assert protoc.main(["protoc", *arguments, proto]) == 0
        files = descriptor_pb2.FileDescriptorSet.FromString(descriptors.read_bytes())
    pool = descriptor_pool.DescriptorPool()
    for file in files.file:
        pool.Add(file)
    names = [message.name for file in files.file for message in file.message_type]
    return argparse.Namespace(**{
        name: message_factory.GetMessageClass(pool.FindMessageTypeByName(f"{package}.{name}"))
        for name in names
    })

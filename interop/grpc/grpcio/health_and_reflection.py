"""Health and reflection of a server, asked by the clients of grpcio-health-checking and grpcio-reflection.

Usage: health_and_reflection.py HOST:PORT. The server is that of tests/suite/health_and_reflection.rs. Exit status 0 only when all is as it says.
"""

import sys

import grpc
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import ProtoReflectionDescriptorDatabase

TIMEOUT = 10  # seconds, of each call


def health(channel):
    stub = health_pb2_grpc.HealthStub(channel)
    for service, status in (("", "SERVING"), ("shop.Orders", "NOT_SERVING")):
        answer = stub.Check(health_pb2.HealthCheckRequest(service=service), timeout=TIMEOUT)
        assert answer.status == health_pb2.HealthCheckResponse.ServingStatus.Value(status), (service, answer)
    try:
        stub.Check(health_pb2.HealthCheckRequest(service="nobody"), timeout=TIMEOUT)
        raise AssertionError("an unknown service has a status")
    except grpc.RpcError as error:
        assert error.code() == grpc.StatusCode.NOT_FOUND, error
    watch = stub.Watch(health_pb2.HealthCheckRequest(service="nobody"), timeout=TIMEOUT)
    assert next(watch).status == health_pb2.HealthCheckResponse.SERVICE_UNKNOWN
    watch.cancel()


def refused(call, *arguments):
    try:
        call(*arguments)
    except KeyError:
        return
    raise AssertionError(f"{call.__name__}{arguments} is found")


def reflection(channel):
    """The database asks v1alpha, as the library knows no other."""
    database = ProtoReflectionDescriptorDatabase(channel)
    assert list(database.get_services()) == [
        "grpc.health.v1.Health",
        "grpc.reflection.v1alpha.ServerReflection",
        "shop.Orders",
    ], database.get_services()
    assert database.FindFileByName("shop.proto").package == "shop"
    assert database.FindFileContainingSymbol("shop.Order.id").name == "shop.proto"
    assert list(database.FindAllExtensionNumbers("shop.Order")) == [100]
    refused(database.FindFileByName, "nobody.proto")
    refused(database.FindFileContainingSymbol, "shop.Nothing")
    refused(database.FindAllExtensionNumbers, "shop.Nothing")


def dynamic_call(channel):
    """A call with nothing known before but the server's address, as grpcurl makes it."""
    pool = descriptor_pool.DescriptorPool(ProtoReflectionDescriptorDatabase(channel))
    method = pool.FindServiceByName("grpc.health.v1.Health").FindMethodByName("Check")
    request = message_factory.GetMessageClass(method.input_type)
    response = message_factory.GetMessageClass(method.output_type)
    call = channel.unary_unary(
        "/grpc.health.v1.Health/Check",
        request_serializer=request.SerializeToString,
        response_deserializer=response.FromString,
    )
    answer = call(request(service="shop.Orders"), timeout=TIMEOUT)
    status = method.output_type.fields_by_name["status"].enum_type.values_by_number[answer.status]
    assert status.name == "NOT_SERVING", answer
    assert pool.FindExtensionByName("more").containing_type.full_name == "shop.Order"


def extension(number):
    return reflection_pb2.ExtensionRequest(containing_type="shop.Order", extension_number=number)


def version_1(channel):
    """The messages of both versions are the same. The library never asks for the file of an extension."""
    call = channel.stream_stream(
        "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
        request_serializer=reflection_pb2.ServerReflectionRequest.SerializeToString,
        response_deserializer=reflection_pb2.ServerReflectionResponse.FromString,
    )
    requests = [
        reflection_pb2.ServerReflectionRequest(host="h", list_services=""),
        reflection_pb2.ServerReflectionRequest(host="h", file_containing_extension=extension(100)),
        reflection_pb2.ServerReflectionRequest(host="h", file_containing_extension=extension(101)),
    ]
    services, found, error = call(iter(requests), timeout=TIMEOUT)
    assert services.valid_host == "h" and services.original_request == requests[0], services
    names = [service.name for service in services.list_services_response.service]
    assert "grpc.reflection.v1.ServerReflection" in names, names
    files = found.file_descriptor_response.file_descriptor_proto
    files = [descriptor_pb2.FileDescriptorProto.FromString(file) for file in files]
    assert [file.name for file in files] == ["more.proto", "shop.proto"], files
    assert error.error_response.error_code == grpc.StatusCode.NOT_FOUND.value[0], error


with grpc.insecure_channel(sys.argv[1]) as channel:
    for scenario in (health, reflection, dynamic_call, version_1):
        scenario(channel)

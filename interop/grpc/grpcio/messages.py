"""The messages of gRPC's interop suite, and the names that client and server of the suite share."""

import grpc

import protos

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


pb = protos.messages("grpc/testing/test.proto", "grpc.testing")


def zeros(size):
    return pb.Payload(body=bytes(size))

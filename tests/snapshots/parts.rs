//! The generated parts of examples and peers, whose other files were written by hand.

use crate::case::{Case, defaults, part, suites};

pub(crate) const CASES: &[Case] = &[
    part("idl-samples/api.thrift", "examples/api"),
    part("idl-samples/chat.proto", "examples/chat"),
    Case {
        gen_path: "thrift_gen",
        ..part("idl-samples/chat.thrift", "examples/chat")
    },
    part("idl-samples/echo.thrift", "examples/echo"),
    Case {
        set: |options| options.descriptors = true,
        ..part("idl-samples/pow.proto", "examples/pow")
    },
    part("idl-samples/sqrt.proto", "examples/sqrt"),
    part("idl-samples/sum.proto", "examples/sum"),
    part("interop/idl/codec/codec.thrift", "interop/codec"),
    part("interop/idl/events.thrift", "interop/events"),
    part("interop/idl/grpc/testing/test.proto", "interop/grpc"),
    part("interop/idl/hostile.thrift", "interop/hostile"),
    part("interop/idl/peer.thrift", "interop/peer"),
    defaults("calls_gen", "interop/idl/defaults/calls.thrift"),
    defaults("streams_gen", "interop/idl/defaults/streams.thrift"),
    defaults("calls_pb_gen", "interop/idl/defaults/calls.proto"),
    defaults("streams_pb_gen", "interop/idl/defaults/streams.proto"),
    Case {
        streamx: false,
        ..defaults("classic_streams_gen", "interop/idl/defaults/streams.thrift")
    },
    Case {
        streamx: false,
        ..defaults(
            "classic_streams_pb_gen",
            "interop/idl/defaults/streams.proto",
        )
    },
    suites("guide_gen", "interop/idl/guide/echo.thrift"),
    suites("guide_pb_gen", "interop/idl/guide/streaming.proto"),
    suites("suite_gen", "interop/idl/suites/suite.thrift"),
    suites("suite_pb_gen", "interop/idl/suites/suite.proto"),
    suites("old_gen", "interop/idl/suites/old.thrift"),
    Case {
        set: |options| options.combine_service = true,
        ..suites("combine_gen", "interop/idl/suites/combine.thrift")
    },
    Case {
        gen_path: "protobuf_gen",
        ..part("interop/idl/hostile.proto", "interop/hostile")
    },
    Case {
        gen_path: "protobuf_gen",
        ..part("interop/idl/peer.proto", "interop/peer")
    },
];

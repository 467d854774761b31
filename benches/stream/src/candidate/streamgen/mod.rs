//! streamgen over both of its streaming wires. The handlers and calls are one text.

/// TTHeader Streaming, from the Thrift IDL.
pub(super) mod ttheader {
    // Names the generated files by their absolute path: they begin with inner attributes, which
    // `include!` does not allow.
    include!(concat!(env!("OUT_DIR"), "/thrift/stream_gen.rs"));
    include!("calls.rs");
}

/// gRPC, from the Protobuf IDL.
pub(super) mod grpc {
    include!(concat!(env!("OUT_DIR"), "/protobuf/stream_gen.rs"));
    include!("calls.rs");
}

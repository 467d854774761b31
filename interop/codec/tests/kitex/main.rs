//! Bytes that Kitex's generated code writes are read by ours and the other way round, for every construct of
//! Thrift. Both sides work on the types of `interop/idl/codec`; a Go program (`interop/kitex/cmd/codec`) is asked
//! what Kitex makes of bytes. Another one (`interop/kitex/cmd/generic`) is asked what its generic call makes of JSON.
//!
//! `STREAMGEN_CODEC_COUNT` is the number of random values per type (default 50), `STREAMGEN_CODEC_SEED` the
//! first seed (default 1).

#[path = "../../../../tests/alone/mod.rs"]
mod alone;
mod bytes;
mod choices;
mod damage;
mod fields;
mod generic;
mod go;
#[path = "../../../grpc/tests/suite/support/grpcio.rs"]
mod grpcio;
#[path = "../../../peer/tests/support/kitex.rs"]
mod kitex;
mod literals;
#[path = "../../../../dynamic/tests/json/table.rs"]
mod mapping;
mod protobuf;
mod random;
mod random_types;
mod required;
#[path = "../../../grpc/tests/suite/support/skip.rs"]
mod skip;
mod values;
mod versions;

//! gRPC's interop suite on code that streamgen generates from its published `test.proto`.
//!
//! `grpc-interop-client` runs one case against any server of the suite, `grpc-interop-server` is
//! one. Both have the flags of grpc-go's programs. What each case does and must show is written in
//! gRPC's `doc/interop-test-descriptions.md`.

pub mod cases;
pub mod client;
pub mod flags;
mod handler;
mod messages;
pub mod relay;
pub mod server;
pub mod stream_gen;
pub mod testdata;

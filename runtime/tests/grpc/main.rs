//! gRPC, against peers that speak HTTP/2 as a test tells them to, and our own both ways.

mod bursts;
mod client;
#[cfg(feature = "gzip")]
mod compression;
mod endings;
mod flow;
mod given_up;
#[path = "../grpc_support/mod.rs"]
mod grpc_support;
mod health;
mod limits;
mod metadata;
mod modes;
#[path = "../notes_support/mod.rs"]
mod notes_support;
mod pairs;
mod protobuf;
mod reading;
mod reflection;
#[path = "../rpc_support/mod.rs"]
mod rpc_support;
mod server;
mod silence;
mod stalled;
mod thrift;
mod tls;
mod trailers;
mod wire;

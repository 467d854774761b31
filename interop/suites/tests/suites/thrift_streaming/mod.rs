//! The suite `thrift_streaming`, and its calls and streams of Protobuf.

mod abc;
mod combine;
mod echo;
mod hooks;
mod metadata;
mod middleware;
mod old;
mod timeouts;
mod told;
mod tracing;

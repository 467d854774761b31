//! The values of Everything that the scenarios send; `interop/SCENARIOS.md` shows all four, for each
//! of the IDLs.

mod protobuf;
mod thrift;

pub use protobuf::samples as protobuf_samples;
pub use thrift::samples as thrift_samples;

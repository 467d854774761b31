//! JSON in and out of Thrift: by an IDL that is read at run time, and by generated types with serde_json;
//! calls with JSON, beside Kitex's.

pub mod base64_text;
pub mod content;
pub mod convert;
pub mod echo;
pub mod rounds;

// Names the generated files by their absolute path: they begin with inner attributes, which
// `include!` does not allow.
include!(concat!(env!("OUT_DIR"), "/stream_gen.rs"));

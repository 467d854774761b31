//! Messages of a Thrift or Protobuf IDL that is read at run time: JSON in and out, without generated code.
//!
//! A [`Provider`] reads the IDL, from files, from texts in memory or from a descriptor set of Protobuf, and
//! gives a [`Schema`]. With the feature `reflection`, which is on by default, it asks a server for its IDL. The
//! schema has [`Method`]s and [`MessageType`]s, which turn JSON into Thrift's binary protocol or into Protobuf,
//! and back, without a tree in between. The JSON of Thrift is that of Kitex's generic calls, and the
//! JSON of Protobuf is proto3's JSON mapping: `dynamic/MAPPING.md` and `dynamic/MAPPING-PROTOBUF.md` show them
//! value by value beside what others make of them.
//!
//! With the feature `client`, which is on by default, a [`JsonClient`](client::JsonClient) makes calls
//! of every shape over every wire of the runtime, and a [`JsonService`](server::JsonService) serves
//! them.
//!
//! ```
//! use streamgen_dynamic::{JsonOptions, Provider};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let idl = r#"
//!     struct Request { 1: required string message, 2: optional list<i64> ids }
//!     service Echo { Request Call(1: Request req) }
//! "#;
//! let schema = Provider::text("echo.thrift", idl).load()?;
//! let method = schema.service("Echo")?.method("Call")?;
//! let options = JsonOptions::new();
//! let mut wire = Vec::new();
//! method.request_to_wire(br#"{"message":"hi","ids":[1,2]}"#, &options, &mut wire)?;
//! let mut json = Vec::new();
//! method.request_to_json(&wire, &options, &mut json)?;
//! assert_eq!(json, br#"{"message":"hi","ids":[1,2]}"#);
//!
//! let wrong = method.request_to_wire(br#"{"message":"hi","ids":[1,"x"]}"#, &options, &mut wire);
//! assert_eq!(
//!     wrong.unwrap_err().to_string(),
//!     r#"$.ids[1]: expected i64, found the string "x" (echo.thrift:2; the JSON's line 1, column 28)"#
//! );
//! # Ok(())
//! # }
//! ```
#![deny(missing_docs)]

#[cfg(feature = "client")]
pub mod client;
mod convert;
mod decode;
mod descriptor_set;
mod distinct;
mod encode;
mod error;
mod memory;
mod message;
mod method;
mod options;
mod protobuf;
mod provider;
mod schema;
mod seen;
#[cfg(feature = "client")]
pub mod server;
mod service;
mod show;
mod wire;
mod wrapped;

pub use error::{ConvertError, LoadError, NotFound};
pub use message::MessageType;
pub use method::{Method, Reply};
pub use options::{BinaryForm, DEFAULT_MAX_BYTES, EnumForm, JsonOptions, MAX_DEPTH, NameForm};
pub use provider::Provider;
pub use schema::{Codec, Mode, Schema};
pub use service::Service;

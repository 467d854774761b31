//! Thrift and Protobuf IDL text in, one shared AST out.
#![deny(missing_docs)]

//! JSON to Protobuf's wire format and back, by proto3's JSON mapping, each in one pass without a tree.

mod decode;
mod encode;
mod field_mask;
mod time;
mod wire;

pub(crate) use decode::decode;
pub(crate) use encode::encode;

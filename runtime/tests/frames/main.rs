//! The bytes of TTHeader and TTHeader Streaming.

mod examples;
#[path = "../frame_support/mod.rs"]
mod frame_support;
mod read;
mod split;
mod write;

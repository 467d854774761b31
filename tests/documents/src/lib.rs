//! Every Rust block of the repository's Markdown is a doctest of this crate and so compiles: one module
//! for each, named after its file and line. `build.rs` finds them.
//!
//! A comment `<!-- rust: NAME -->` above a block names a file of `setups/`, which says what the block
//! takes for granted; the block stands in the place of its line `// the block`. With `rust, run: NAME`, the
//! program is executed as well, and its set-up checks what the block has done.

pub mod guide;

include!(concat!(env!("OUT_DIR"), "/blocks.rs"));

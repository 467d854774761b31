//! What a run inserts into the user's own files: stubs for new methods, implementations of new services,
//! and the lines that serve them. Everything else in those files stays, byte by byte.

#[path = "../generated_target/mod.rs"]
mod generated_target;
mod inserted;
mod package;
mod random;
mod story;
mod untouched;

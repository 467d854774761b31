//! What a run inserts into the user's own files: stubs for new methods, implementations of new services,
//! and the lines that serve them. Everything else in those files stays, byte by byte. What it may not
//! insert, it tells.

mod any_file;
mod edited;
#[path = "../generated_target/mod.rs"]
mod generated_target;
mod inserted;
mod package;
#[path = "../random/mod.rs"]
mod random;
#[path = "../scratch/mod.rs"]
mod scratch;
mod story;
mod surfaces;
mod told;
mod untouched;

//! Other people's IDL: every file of the repositories in `thrift.md` and `protobuf.md` gets the
//! verdict of its table, and what is generated compiles.
//!
//! The files are not part of this project. `tests/corpora/fetch.sh` brings them; a repository that is
//! not there is named and passed over. `STREAMGEN_CORPORA` is the folder (default
//! `target/corpora`); with `STREAMGEN_CORPORA_CHECK=1`, `cargo check` runs over what was
//! generated, which takes some minutes. `STREAMGEN_BLESS=1` rewrites our column of the tables.

mod compile;
mod protobuf;
mod protobuf_crates;
mod protobuf_table;
mod repository;
mod thrift;

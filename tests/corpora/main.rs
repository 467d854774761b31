//! Other people's IDL: every file of the repositories in the tables beside this file gets the
//! verdict of its table, and what is generated compiles. `thrift.md` and `protobuf.md` are of the
//! tools' own files, `thrift_projects.md` and `protobuf_projects.md` of what others made with them.
//!
//! The files are not part of this project. `tests/corpora/fetch.sh` brings them; a repository that is
//! not there is named and passed over. `STREAMGEN_CORPORA` is the folder (default
//! `target/corpora`); `STREAMGEN_CORPORA_ONLY`, `owner/name` with commas between, leaves all other
//! repositories out; with `STREAMGEN_CORPORA_CHECK=1`, `cargo check` runs over what was
//! generated, which takes some minutes. `STREAMGEN_BLESS=1` rewrites our column of the tables.

mod compile;
mod protobuf;
mod protobuf_crates;
mod protobuf_row;
mod repository;
mod table;
mod thrift;
mod thrift_row;

//! Codecs side by side on the shapes of `docs/spec/performance.md` 2.1.

#[cfg(apache)]
pub mod apache;
pub mod pilota;
pub mod plain;
pub mod prost;
pub mod streamgen;
pub mod subject;
pub mod table;

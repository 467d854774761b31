//! Compressed messages: gzip and zstd, each behind the feature of its name
//! (grpc-and-pingpong.md A.13).

#[cfg(feature = "gzip")]
mod gzip;
#[cfg(feature = "zstd")]
mod zstd;

use std::fmt;

use bytes::{Bytes, BytesMut};

use super::codes;
use super::status::grpc;
use crate::error::{Error, Result};

/// How messages are compressed; which ways there are depends on the features.
#[derive(Clone, Copy)]
pub struct Encoding(&'static Scheme);

/// What an encoding is to this module.
struct Scheme {
    /// The name in `grpc-encoding`.
    name: &'static str,
    /// Appends the bytes, compressed.
    compress: fn(&[u8], &mut BytesMut) -> std::io::Result<()>,
    /// The plain form, unless that has more than so many bytes.
    decompress: fn(&[u8], usize) -> std::io::Result<Option<Bytes>>,
}

/// Every encoding, in the order in which they are offered.
const ALL: &[Encoding] = &[
    #[cfg(feature = "gzip")]
    Encoding::GZIP,
    #[cfg(feature = "zstd")]
    Encoding::ZSTD,
];

/// The name for no compression, which everybody understands.
const IDENTITY: &str = "identity";

/// `grpc-accept-encoding` of this build. A Kitex server refuses a list in which it knows nothing,
/// so `identity` is always there (statement 56).
pub(super) const ACCEPT: &str = match (cfg!(feature = "gzip"), cfg!(feature = "zstd")) {
    (false, false) => "identity",
    (true, false) => "identity,gzip",
    (false, true) => "identity,zstd",
    (true, true) => "identity,gzip,zstd",
};

impl Encoding {
    /// RFC 1952, one member per message, default level. The only one that Kitex has.
    #[cfg(feature = "gzip")]
    pub const GZIP: Self = Self(&gzip::SCHEME);

    /// RFC 8878, one frame per message, default level.
    #[cfg(feature = "zstd")]
    pub const ZSTD: Self = Self(&zstd::SCHEME);

    /// The name in `grpc-encoding`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.0.name
    }

    /// The encoding of a `grpc-encoding`; `Ok(None)` for `identity`, `Err` for an unknown name.
    pub(super) fn from_name(name: &[u8]) -> Result<Option<Self>, ()> {
        match find(name) {
            None if name.is_empty() || name == IDENTITY.as_bytes() => Ok(None),
            None => Err(()),
            found => Ok(found),
        }
    }

    /// The first encoding of a `grpc-accept-encoding` that this build has.
    pub(super) fn from_list(list: &[u8]) -> Option<Self> {
        list.split(|byte| *byte == b',' || *byte == b';')
            .find_map(|name| find(name.trim_ascii()))
    }

    /// Appends `plain`, compressed.
    pub(super) fn compress(self, plain: &[u8], out: &mut BytesMut) -> Result<()> {
        (self.0.compress)(plain, out).map_err(|error| self.failed("compressing", &error))
    }

    /// The plain form of `compressed`, at most `max` bytes.
    pub(super) fn decompress(self, compressed: &[u8], max: usize) -> Result<Bytes> {
        (self.0.decompress)(compressed, max)
            .map_err(|error| self.failed("decompressing", &error))?
            .ok_or_else(|| {
                let text = format!("decompressed message larger than the configured max ({max})");
                grpc(codes::RESOURCE_EXHAUSTED, text)
            })
    }

    fn failed(self, doing: &str, error: &std::io::Error) -> Error {
        let text = format!("{doing} a message by {}: {error}", self.name());
        grpc(codes::INTERNAL, text)
    }
}

impl PartialEq for Encoding {
    fn eq(&self, other: &Self) -> bool {
        self.name() == other.name()
    }
}

impl Eq for Encoding {}

impl fmt::Debug for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Encoding").field(&self.name()).finish()
    }
}

fn find(name: &[u8]) -> Option<Encoding> {
    ALL.iter()
        .copied()
        .find(|encoding| encoding.name().as_bytes() == name)
}

/// Everything that `from` yields, unless that is more than `max` bytes. Memory grows with what
/// comes out: a few bytes can claim to hold gigabytes.
#[cfg(any(feature = "gzip", feature = "zstd"))]
fn read_bounded(mut from: impl std::io::Read, max: usize) -> std::io::Result<Option<Bytes>> {
    use bytes::BufMut;
    /// Read at once, in bytes.
    const STEP: usize = 8 * 1024;
    let (mut out, mut step) = (BytesMut::new(), [0; STEP]);
    loop {
        let read = match from.read(&mut step) {
            Ok(0) => return Ok(Some(out.freeze())),
            Ok(read) => read,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        if out.len() + read > max {
            return Ok(None);
        }
        out.put_slice(&step[..read]);
    }
}

#[cfg(test)]
mod tests;

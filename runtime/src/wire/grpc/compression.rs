//! Compressed messages: gzip and zstd, each behind the feature of its name
//! (grpc-and-pingpong.md A.13).

#[cfg(feature = "gzip")]
mod gzip;
#[cfg(feature = "zstd")]
mod zstd;

use std::io;

use bytes::{Bytes, BytesMut};

use super::status::grpc;
use crate::call::Encoding;
use crate::error::{Code, Error, Result};

/// The two directions of an encoding.
struct Codec {
    /// Appends the bytes, compressed.
    compress: fn(&[u8], &mut BytesMut) -> io::Result<()>,
    /// The plain form, unless that has more than so many bytes.
    decompress: fn(&[u8], usize) -> io::Result<Option<Bytes>>,
}

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
        (self.codec().compress)(plain, out).map_err(|error| self.failed("compressing", &error))
    }

    /// The plain form of `compressed`, at most `max` bytes.
    pub(super) fn decompress(self, compressed: &[u8], max: usize) -> Result<Bytes> {
        (self.codec().decompress)(compressed, max)
            .map_err(|error| self.failed("decompressing", &error))?
            .ok_or_else(|| {
                let text = format!("decompressed message larger than the configured max ({max})");
                grpc(Code::RESOURCE_EXHAUSTED, text)
            })
    }

    fn codec(self) -> &'static Codec {
        match self.0 {
            #[cfg(feature = "gzip")]
            crate::call::Scheme::Gzip => &gzip::CODEC,
            #[cfg(feature = "zstd")]
            crate::call::Scheme::Zstd => &zstd::CODEC,
        }
    }

    fn failed(self, doing: &str, error: &io::Error) -> Error {
        let text = format!("{doing} a message by {}: {error}", self.name());
        grpc(Code::INTERNAL, text)
    }
}

fn find(name: &[u8]) -> Option<Encoding> {
    Encoding::ALL
        .iter()
        .copied()
        .find(|encoding| encoding.name().as_bytes() == name)
}

/// Everything that `from` yields, unless that is more than `max` bytes. Memory grows with what
/// comes out: a few bytes can claim to hold gigabytes.
#[cfg(any(feature = "gzip", feature = "zstd"))]
fn read_bounded(mut from: impl std::io::Read, max: usize) -> io::Result<Option<Bytes>> {
    use bytes::BufMut;
    /// Read at once, in bytes.
    const STEP: usize = 8 * 1024;
    let (mut out, mut step) = (BytesMut::new(), [0; STEP]);
    loop {
        let read = match from.read(&mut step) {
            Ok(0) => return Ok(Some(out.freeze())),
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
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

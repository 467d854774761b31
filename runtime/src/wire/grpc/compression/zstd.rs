//! zstd, by the bindings to the reference implementation.

use std::io::{Result, Write};

use ::zstd::DEFAULT_COMPRESSION_LEVEL;
use ::zstd::stream::{read, write};
use bytes::{BufMut, Bytes, BytesMut};

use super::{Codec, read_bounded};

/// Largest window that a frame may ask for, as a power of two: 8 MiB, the least that RFC 8878
/// wants of every decoder. The decoder allocates it on the frame's word.
const WINDOW_LOG_MAX: u32 = 23;

pub(super) const CODEC: Codec = Codec {
    compress,
    decompress,
};

fn compress(plain: &[u8], out: &mut BytesMut) -> Result<()> {
    let mut encoder = write::Encoder::new(out.writer(), DEFAULT_COMPRESSION_LEVEL)?;
    encoder.write_all(plain)?;
    encoder.finish().map(drop)
}

fn decompress(compressed: &[u8], max: usize) -> Result<Option<Bytes>> {
    let mut decoder = read::Decoder::with_buffer(compressed)?;
    decoder.window_log_max(WINDOW_LOG_MAX)?;
    read_bounded(decoder, max)
}

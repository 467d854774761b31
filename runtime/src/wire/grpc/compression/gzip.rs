//! gzip, by flate2.

use std::io::{Result, Write};

use bytes::{BufMut, Bytes, BytesMut};
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;

use super::{Codec, read_bounded};

pub(super) const CODEC: Codec = Codec {
    compress,
    decompress,
};

fn compress(plain: &[u8], out: &mut BytesMut) -> Result<()> {
    let mut encoder = GzEncoder::new(out.writer(), Compression::default());
    encoder.write_all(plain)?;
    encoder.finish().map(drop)
}

fn decompress(compressed: &[u8], max: usize) -> Result<Option<Bytes>> {
    read_bounded(GzDecoder::new(compressed), max)
}

//! Recognising the header info of a DATA frame without parsing it.

/// How many shapes are kept: Kitex writes two keys in random order, so each of two methods that
/// share a connection has two.
const SHAPES: usize = 4;

/// The longest header info that is kept, in bytes; a usual one is 20. Bounds the memory of a
/// connection and the time a comparison takes.
const MAX_SHAPE_LEN: usize = 256;

/// The header infos of the last DATA frames that were parsed. Equal bytes mean an equal frame, so
/// DATA behind a known shape needs a `memcmp` instead of a parse.
#[derive(Debug, Default)]
pub(super) struct DataShapes {
    shapes: [Vec<u8>; SHAPES],
    /// Where the next unknown shape goes: the oldest one's place.
    next: usize,
}

impl DataShapes {
    /// Whether `info` is that of a DATA frame seen before. Header info is never empty, so unused
    /// places do not match.
    #[inline]
    pub(super) fn contains(&self, info: &[u8]) -> bool {
        self.shapes.iter().any(|shape| shape.as_slice() == info)
    }

    /// Keeps `info`, the valid header info of a DATA frame.
    pub(super) fn remember(&mut self, info: &[u8]) {
        if info.len() > MAX_SHAPE_LEN {
            return;
        }
        let shape = &mut self.shapes[self.next];
        shape.clear();
        shape.extend_from_slice(info);
        self.next = (self.next + 1) % SHAPES;
    }
}

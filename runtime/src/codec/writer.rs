//! Writing into space of exactly the right size.

use bytes::BytesMut;

/// A cursor over reserved space. A write that runs past the end, and an end that is not reached,
/// are bugs of an `encoded_len`, and panic.
#[derive(Debug)]
pub struct Writer<'a> {
    rest: &'a mut [u8],
}

/// Text of the panic when a size was computed wrongly.
const WRONG_SIZE: &str = "encoded_len is not the number of bytes that encode writes";

impl Writer<'_> {
    /// Appends `len` bytes to `out`, written by `fill`.
    pub(crate) fn append(out: &mut BytesMut, len: usize, fill: impl FnOnce(&mut Writer<'_>)) {
        let start = out.len();
        out.resize(start + len, 0);
        let mut writer = Writer {
            rest: &mut out[start..],
        };
        fill(&mut writer);
        assert!(writer.rest.is_empty(), "{WRONG_SIZE}");
    }

    #[inline]
    fn take(&mut self, len: usize) -> &mut [u8] {
        let rest = std::mem::take(&mut self.rest);
        assert!(len <= rest.len(), "{WRONG_SIZE}");
        let (head, tail) = rest.split_at_mut(len);
        self.rest = tail;
        head
    }

    /// Writes bytes as they are.
    #[inline]
    pub fn put(&mut self, bytes: &[u8]) {
        self.take(bytes.len()).copy_from_slice(bytes);
    }

    /// Writes one byte.
    #[inline]
    pub fn put_u8(&mut self, byte: u8) {
        self.put(&[byte]);
    }

    /// Writes four bytes, big-endian.
    #[inline]
    pub fn put_i32(&mut self, value: i32) {
        self.put(&value.to_be_bytes());
    }

    /// Writes the head of a field.
    #[inline]
    pub fn head(&mut self, wire_type: u8, id: i16) {
        let [high, low] = id.to_be_bytes();
        self.put(&[wire_type, high, low]);
    }

    /// Writes the end of a struct.
    #[inline]
    pub fn stop(&mut self) {
        self.put_u8(0);
    }
}

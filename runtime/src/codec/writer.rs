//! Writing into room of exactly the right size.

use std::mem::{self, MaybeUninit};

use bytes::{Bytes, BytesMut};

use super::{FieldSink, Length, UnknownFields, Value, wire_type};

/// Longest message, in bytes: the lengths of strings and the counts of containers are i32, and
/// none of them can pass the length of the message.
pub const MAX_MESSAGE_LEN: usize = i32::MAX as usize;

/// A part of an encoded message that was not copied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// Index of the output buffer at which the bytes belong; the buffer's own byte there follows.
    pub at: usize,
    /// The bytes.
    pub bytes: Bytes,
}

/// A cursor over reserved room. Only what [`Encode::encoded_len`](super::Encode::encoded_len)
/// announced can be written: one byte more, or an end that is not reached, is a bug of an `Encode`
/// and panics before any byte becomes visible.
#[derive(Debug)]
pub struct Writer<'a> {
    room: &'a mut [MaybeUninit<u8>],
    pieces: Option<Pieces<'a>>,
}

/// Where large binaries go instead of the buffer.
#[derive(Debug)]
struct Pieces<'a> {
    list: &'a mut Vec<Piece>,
    /// Index of the output buffer at which `room` ends.
    end: usize,
    /// Smallest binary that becomes a piece.
    min: usize,
    /// Bytes that became pieces.
    taken: usize,
}

impl Writer<'_> {
    /// Appends `len` bytes to `out`, written by `fill`.
    pub(crate) fn append(out: &mut BytesMut, len: usize, fill: impl FnOnce(&mut Writer<'_>)) {
        Self::append_with(out, len, |room, _| {
            let mut writer = Writer { room, pieces: None };
            fill(&mut writer);
            writer.room.len()
        });
    }

    /// As [`Writer::append`], with large binaries handed to `list`.
    pub(crate) fn append_pieces(
        out: &mut BytesMut,
        length: Length,
        list: &mut Vec<Piece>,
        fill: impl FnOnce(&mut Writer<'_>),
    ) {
        let inline = length.total() - length.pieces();
        Self::append_with(out, inline, |room, end| {
            let pieces = Pieces {
                list,
                end,
                min: length.min_piece(),
                taken: 0,
            };
            let mut writer = Writer {
                room,
                pieces: Some(pieces),
            };
            fill(&mut writer);
            let taken = writer.pieces.map_or(0, |pieces| pieces.taken);
            writer.room.len() + length.pieces().abs_diff(taken)
        });
    }

    /// Hands `fill` the next `len` bytes of `out` and the index of their end; it returns how many
    /// bytes it did not write.
    fn append_with(
        out: &mut BytesMut,
        len: usize,
        fill: impl FnOnce(&mut [MaybeUninit<u8>], usize) -> usize,
    ) {
        assert!(len <= MAX_MESSAGE_LEN, "message of {len} bytes");
        out.reserve(len);
        let end = out.len() + len;
        let unwritten = fill(&mut out.spare_capacity_mut()[..len], end);
        assert!(unwritten == 0, "{WRONG_LENGTH}");
        // SAFETY: `end` is within the capacity, since the slice above was. All `len` bytes before it
        // are initialized: a `Writer`'s `room` starts as all of them, loses bytes from its front only
        // in `put`, `put_array` and `put_arrays`, which initialize what they take, and has now become
        // empty. No other `Writer` can have been put in its place, because its lifetime is `fill`'s
        // own. `tests/codec.rs` runs under Miri (CONTRIBUTING.md).
        #[allow(unsafe_code)]
        unsafe {
            out.set_len(end);
        }
    }
}

/// Text of the panic when a length was computed wrongly.
const WRONG_LENGTH: &str = "encoded_len is not the number of bytes that encode writes";

#[cold]
#[inline(never)]
fn out_of_room() -> ! {
    panic!("{WRONG_LENGTH}");
}

impl Writer<'_> {
    /// Takes the next `len` bytes; the caller writes all of them.
    #[inline(always)]
    fn take(&mut self, len: usize) -> &mut [MaybeUninit<u8>] {
        let room = mem::take(&mut self.room);
        let Some((head, rest)) = room.split_at_mut_checked(len) else {
            out_of_room()
        };
        self.room = rest;
        head
    }

    /// Writes bytes as they are.
    #[inline]
    pub fn put(&mut self, bytes: &[u8]) {
        for (to, from) in self.take(bytes.len()).iter_mut().zip(bytes) {
            to.write(*from);
        }
    }

    /// Writes bytes as they are; their number is known when compiling.
    #[inline(always)]
    pub fn put_array<const N: usize>(&mut self, bytes: [u8; N]) {
        let room = mem::take(&mut self.room);
        let Some((head, rest)) = room.split_first_chunk_mut::<N>() else {
            out_of_room()
        };
        self.room = rest;
        *head = bytes.map(MaybeUninit::new);
    }

    /// Writes every value as `N` bytes.
    #[inline]
    pub(super) fn put_arrays<T: Copy, const N: usize>(
        &mut self,
        values: &[T],
        bytes: impl Fn(T) -> [u8; N],
    ) {
        let (room, _) = self.take(values.len() * N).as_chunks_mut::<N>();
        for (to, value) in room.iter_mut().zip(values) {
            *to = bytes(*value).map(MaybeUninit::new);
        }
    }

    /// Writes a number of bytes or elements.
    #[inline(always)]
    pub(super) fn count(&mut self, count: usize) {
        // No count passes MAX_MESSAGE_LEN, which was checked.
        self.put_array((count as u32).to_be_bytes());
    }

    /// Writes the length of a string or binary, and its bytes.
    #[inline]
    pub fn string(&mut self, bytes: &[u8]) {
        self.count(bytes.len());
        self.put(bytes);
    }

    /// As [`Writer::string`], but a large one becomes a piece where pieces are wanted.
    #[inline]
    pub fn binary(&mut self, bytes: &Bytes) {
        self.count(bytes.len());
        match &mut self.pieces {
            Some(pieces) if bytes.len() >= pieces.min => {
                let at = pieces.end - self.room.len();
                pieces.taken += bytes.len();
                let bytes = bytes.clone();
                pieces.list.push(Piece { at, bytes });
            }
            _ => self.put(bytes),
        }
    }

    /// Writes the head of a field.
    #[inline(always)]
    pub fn head(&mut self, wire_type: u8, id: i16) {
        let [high, low] = id.to_be_bytes();
        self.put_array([wire_type, high, low]);
    }

    /// Writes the end of a struct.
    #[inline(always)]
    pub fn stop(&mut self) {
        self.put_array([wire_type::STOP]);
    }
}

impl FieldSink for Writer<'_> {
    #[inline(always)]
    fn field<T: Value>(&mut self, id: i16, value: &T) {
        value.write_field(id, self);
    }

    fn unknown(&mut self, fields: &UnknownFields) {
        self.put(fields.as_bytes());
    }
}

//! `Struct`, `Value` and `ListValue`: JSON as a message.

use std::borrow::Cow;

use super::Decoder;
use super::order::{append, last_of, merged};
use crate::decode::text::{put_double, put_json};
use crate::decode::{Done, failed, plain, under};
use crate::distinct::Keys;
use crate::error::{Place, Step};
use crate::protobuf::wire::{FIXED64, LENGTH, Parts, VARINT};

impl Decoder<'_> {
    /// The last member that is there counts; without one, it is `null`.
    pub(super) fn json_value(&mut self, bytes: &[u8], place: Place) -> Done {
        let (member, value) = last_member(bytes)?;
        self.read_copy(value, place, |decoder, value| {
            decoder.json_member(member, value, place)
        })
    }

    fn json_member(&mut self, member: i32, value: &[u8], place: Place) -> Done {
        match member {
            2 => {
                let number = f64::from_le_bytes(value.try_into().unwrap_or_default());
                if !number.is_finite() {
                    let problem =
                        format!("JSON has no number {number}, and a Value no text for it");
                    return Err(failed(problem, place));
                }
                put_double(self.out, number);
            }
            3 => {
                let text = std::str::from_utf8(value);
                put_json(
                    self.out,
                    text.map_err(|_| failed("the string is not UTF-8", place))?,
                );
            }
            4 => {
                let is_false = value.iter().all(|byte| byte & 0x7f == 0);
                self.out
                    .extend_from_slice(if is_false { b"false" } else { b"true" });
            }
            5 => self.json_struct(value, place)?,
            6 => self.json_list(value, place)?,
            _ => self.out.extend_from_slice(b"null"),
        }
        Ok(())
    }

    pub(super) fn json_struct(&mut self, bytes: &[u8], place: Place) -> Done {
        self.descend(place)?;
        self.out.push(b'{');
        let from = self.out.len();
        let mut keys = Keys::default();
        let mut parts = Parts { rest: bytes };
        while let Some(part) = parts.next().map_err(plain)? {
            if (part.number, part.wire_type) != (1, LENGTH) {
                continue;
            }
            let key = last_of(part.value, 1, LENGTH)?.unwrap_or_default();
            let value = merged(part.value, 2)?.unwrap_or_default();
            let key = std::str::from_utf8(key);
            let key = key.map_err(|_| failed("a key is not UTF-8", place))?;
            self.put_comma(from);
            let start = self.out.len();
            put_json(self.out, key);
            keys.push(start..self.out.len());
            self.out.push(b':');
            let read = self.read_copy(value, place, |decoder, value| {
                decoder.json_value(value, place)
            });
            let read = read.and_then(|()| self.check_size(place));
            read.map_err(|failure| under(failure, Step::Key(key.to_owned()), place))?;
        }
        self.keep_last(from, &keys);
        self.out.push(b'}');
        self.ascend();
        Ok(())
    }

    pub(super) fn json_list(&mut self, bytes: &[u8], place: Place) -> Done {
        self.descend(place)?;
        self.out.push(b'[');
        let (from, mut index) = (self.out.len(), 0);
        let mut parts = Parts { rest: bytes };
        while let Some(part) = parts.next().map_err(plain)? {
            if (part.number, part.wire_type) != (1, LENGTH) {
                continue;
            }
            self.put_comma(from);
            let read = self.json_value(part.value, place);
            let read = read.and_then(|()| self.check_size(place));
            read.map_err(|failure| under(failure, Step::Index(index), place))?;
            index += 1;
        }
        self.out.push(b']');
        self.ascend();
        Ok(())
    }
}

/// Number and value of the last member of a `Value`, whose parts make one message if it is one; 0 for none.
fn last_member(bytes: &[u8]) -> Done<(i32, Cow<'_, [u8]>)> {
    let mut parts = Parts { rest: bytes };
    let (mut member, mut value) = (0, Cow::Borrowed(&[][..]));
    while let Some(part) = parts.next().map_err(plain)? {
        match (part.number, part.wire_type) {
            (5 | 6, LENGTH) if part.number == member => append(&mut value, part.value),
            (1 | 4, VARINT) | (2, FIXED64) | (3 | 5 | 6, LENGTH) => {
                (member, value) = (part.number, Cow::Borrowed(part.value));
            }
            _ => {}
        }
    }
    Ok((member, value))
}

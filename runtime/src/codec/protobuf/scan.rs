//! Protobuf messages field by field, to count what is in them before prost decodes them.

use ::prost::encoding::decode_varint;

/// How many messages may be nested: as many as prost reads (its `RECURSION_LIMIT`).
pub(super) const MAX_DEPTH: u32 = 100;

/// Memory of a text in a repeated field, which doubles.
const TEXT: usize = 2 * size_of::<String>();
/// Memory of a number in a repeated field, which doubles.
const NUMBER: usize = 2 * size_of::<u64>();
/// How many times their length packed numbers of one byte take.
const PACKED: usize = 2 * size_of::<u32>();

/// A field as it stands in a message.
pub(super) struct Field<'a> {
    pub(super) number: u64,
    /// What is in a field with a length.
    pub(super) content: Option<&'a [u8]>,
}

/// Takes the next field off `bytes`, which are not empty; `None` if there is none. The ends of a group
/// count as a field each.
pub(super) fn take_field<'a>(bytes: &mut &'a [u8]) -> Option<Field<'a>> {
    let key = decode_varint(bytes).ok()?;
    let mut content = None;
    match key & 7 {
        0 => drop(decode_varint(bytes).ok()?),
        1 => *bytes = bytes.get(8..)?,
        2 => content = Some(take_delimited(bytes)?),
        3 | 4 => {}
        5 => *bytes = bytes.get(4..)?,
        _ => return None,
    }
    let number = key >> 3;
    Some(Field { number, content })
}

/// Takes a length and as many bytes; `None` if there are not so many.
pub(super) fn take_delimited<'a>(bytes: &mut &'a [u8]) -> Option<&'a [u8]> {
    let len = usize::try_from(decode_varint(bytes).ok()?).ok()?;
    let (content, rest) = bytes.split_at_checked(len)?;
    *bytes = rest;
    Some(content)
}

/// Memory that a message takes at most whose fields nobody knows: any of them may repeat, be packed
/// numbers, a text, or a message that takes `element` bytes.
///
/// What can be read as a message is taken for one, so that nothing is counted too low.
pub(super) fn unknown(message: &[u8], element: usize) -> usize {
    fields(message, element, MAX_DEPTH).unwrap_or(0)
}

/// `None` if the bytes are no message.
fn fields(mut bytes: &[u8], element: usize, depth_left: u32) -> Option<usize> {
    let depth_left = depth_left.checked_sub(1)?;
    let mut total = 0_usize;
    while !bytes.is_empty() {
        let memory = match take_field(&mut bytes)?.content {
            Some(content) => {
                let inner = fields(content, element, depth_left);
                let place = inner.map_or(TEXT, |_| element.max(TEXT));
                place + inner.unwrap_or(0).max(content.len() * PACKED)
            }
            None => NUMBER,
        };
        total = total.saturating_add(memory);
    }
    Some(total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_can_be_a_message_is_counted_as_one() {
        assert_eq!(unknown(b"", 1000), 0);
        assert_eq!(unknown(b"\x08\x01", 1000), NUMBER);
        // A message with a 32-bit field and an empty one, which may be a message too.
        let nested = b"\x12\x07\x0d\0\0\0\0\x12\x00";
        assert_eq!(unknown(nested, 1000), 2000 + NUMBER);
        // A text ends within a field.
        assert_eq!(unknown(b"\x0a\x03abc", 1000), TEXT + 3 * PACKED);
        // The ends of a group.
        assert_eq!(unknown(b"\x0b\x08\x01\x0c", 1000), 3 * NUMBER);
    }

    #[test]
    fn what_prost_refuses_counts_nothing() {
        assert_eq!(unknown(b"\x08", 1000), 0);
        assert!(take_delimited(&mut &b"\x05\x08\x01"[..]).is_none());
        let deep = (0..200).fold(Vec::new(), |inner: Vec<u8>, _| {
            let mut outer = vec![0x0a];
            ::prost::encoding::encode_varint(inner.len() as u64, &mut outer);
            outer.extend(inner);
            outer
        });
        assert!(unknown(&deep, 1000) <= MAX_DEPTH as usize * 1000 + deep.len() * PACKED);
    }
}

//! Messages of the attacked service as Protobuf writes them.

/// Keys of the fields of `Msg` and `Nest` whose values have a length.
const PAYLOAD: u8 = 2 << 3 | 2;
const HOLLOWS: u8 = 3 << 3 | 2;
const NEST: u8 = 4 << 3 | 2;
const NEXT: u8 = 1 << 3 | 2;

/// A `Msg` of nothing but that many hollow messages: two bytes each.
pub fn hollows(count: usize) -> Vec<u8> {
    [HOLLOWS, 0].repeat(count)
}

/// A `Msg` with a `Nest` that is so deep.
pub fn deep(depth: usize) -> Vec<u8> {
    // From the inside out, backwards.
    let mut backwards = Vec::new();
    for level in 0..=depth {
        let len = varint(backwards.len());
        backwards.extend(len.iter().rev());
        backwards.push(if level == depth { NEST } else { NEXT });
    }
    backwards.reverse();
    backwards
}

/// A `Msg` whose payload claims that many bytes.
pub fn claimed(len: usize) -> Vec<u8> {
    let mut bytes = vec![PAYLOAD];
    bytes.extend(varint(len));
    bytes
}

fn varint(mut number: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    while number >= 128 {
        bytes.push((number % 128) as u8 | 128);
        number /= 128;
    }
    bytes.push(number as u8);
    bytes
}

#[cfg(test)]
mod tests {
    use streamgen_runtime::Message;

    use super::*;
    use crate::protobuf_gen::hostilepb::Msg;

    #[test]
    fn messages_are_what_they_say() {
        let decode = |bytes: Vec<u8>| Msg::decode_from(bytes.into());
        assert_eq!(decode(hollows(3)).unwrap().hollows.len(), 3);
        let nest = decode(deep(2)).unwrap().nest.unwrap();
        assert_eq!(nest.next.unwrap().next.map(|nest| nest.next), Some(None));
        assert!(decode(deep(1000)).is_err());
        assert!(decode(claimed(1 << 30)).is_err());
    }
}

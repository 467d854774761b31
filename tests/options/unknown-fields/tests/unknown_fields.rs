//! `-keep-unknown-fields`: what the IDL does not have goes out as it came in.

use std::error::Error;

use option_unknown_fields::stream_gen::samples::unknown_fields::{
    Choice, Empty, Failed, INNER, Inner, Nothing, Old,
};
use serde_json::json;
use streamgen_runtime::codec::{DecodeError, UnknownFields};
use streamgen_runtime::{Bytes, Message};

const ID: &[u8] = b"\x08\0\x01\0\0\0\x07";
const NOTE: &[u8] = b"\x0b\0\x03\0\0\0\x02hi";
/// A list with one `Inner`, in which field 9 is a string that this IDL does not have.
const INNER_LIST: &[u8] = b"\x0f\0\x05\x0c\0\0\0\x01\x02\0\x02\x01\x0b\0\x09\0\0\0\x03new\0";
/// Field 2: a map from i32 to list of bool.
const NEW_MAP: &[u8] = b"\x0d\0\x02\x08\x0f\0\0\0\x01\0\0\0\x05\x02\0\0\0\x02\x01\x00";
/// Field -1: a struct in a struct.
const NEW_STRUCT: &[u8] = b"\x0c\xff\xff\x0c\0\x01\x03\0\x01\x2a\0\0";
const STOP: &[u8] = &[0];

fn round_trip<T: Message>(parts: &[&[u8]]) -> Result<Vec<u8>, DecodeError> {
    let value = T::decode_from(Bytes::from(parts.concat()))?;
    let bytes = value.encode_to_bytes();
    assert_eq!(bytes.len(), value.encoded_len());
    Ok(bytes.to_vec())
}

#[test]
fn a_newer_message_survives_byte_for_byte() -> Result<(), DecodeError> {
    let newer = [ID, NOTE, INNER_LIST, NEW_MAP, NEW_STRUCT, STOP];
    assert_eq!(round_trip::<Old>(&newer)?, newer.concat());
    Ok(())
}

/// Known fields go first, in the order of their ids; unknown ones follow in the order of arrival, as
/// in Kitex.
#[test]
fn unknown_fields_move_behind_the_known() -> Result<(), DecodeError> {
    let scattered = [NEW_STRUCT, INNER_LIST, NEW_MAP, ID, NOTE, STOP];
    let expected = [ID, NOTE, INNER_LIST, NEW_STRUCT, NEW_MAP, STOP];
    assert_eq!(round_trip::<Old>(&scattered)?, expected.concat());
    Ok(())
}

#[test]
fn their_ids_can_be_asked_for() -> Result<(), DecodeError> {
    let bytes = [ID, NEW_STRUCT, NEW_MAP, STOP].concat();
    let mut old = Old::decode_from(Bytes::from(bytes))?;
    assert_eq!(old.unknown_fields.ids(), [-1, 2]);
    old.unknown_fields.clear();
    assert!(old.unknown_fields.is_empty());
    Ok(())
}

/// Kitex keeps fields whose id it does not know, and no others.
#[test]
fn a_known_id_of_another_type_is_not_kept() -> Result<(), DecodeError> {
    let note_as_i8 = b"\x03\0\x03\x01";
    let old = Old::decode_from(Bytes::from([ID, note_as_i8, STOP].concat()))?;
    assert!(old.unknown_fields.is_empty());
    Ok(())
}

#[test]
fn types_without_a_field_of_their_own_keep_all() -> Result<(), DecodeError> {
    let newer = [NEW_MAP, NEW_STRUCT, STOP];
    assert_eq!(round_trip::<Empty>(&newer)?, newer.concat());
    assert_eq!(round_trip::<Choice>(&newer)?, newer.concat());
    assert_eq!(round_trip::<Nothing>(&newer)?, newer.concat());
    assert_eq!(round_trip::<Failed>(&[STOP])?.len(), 15);
    Ok(())
}

#[test]
fn a_known_member_of_a_union_is_that_member() -> Result<(), DecodeError> {
    let bytes = Bytes::from([ID, STOP].concat());
    assert_eq!(Choice::decode_from(bytes)?, Choice::Number(7));
    Ok(())
}

#[test]
fn broken_unknown_fields_are_refused() {
    for cut in 1..NEW_MAP.len() {
        let bytes = [ID, &NEW_MAP[..cut]].concat();
        assert!(Old::decode_from(Bytes::from(bytes)).is_err(), "{cut}");
    }
}

#[test]
fn new_values_have_none() {
    let inner = Inner {
        flag: true,
        ..Inner::default()
    };
    assert_eq!(*INNER, inner);
    assert_eq!(inner.unknown_fields, UnknownFields::new());
}

/// With `-serde` too: JSON has the names of the IDL, and these fields have none.
#[test]
fn json_does_not_have_them() -> Result<(), Box<dyn Error>> {
    let old = Old::decode_from(Bytes::from([ID, NEW_MAP, STOP].concat()))?;
    let document = json!({"id": 7, "note": "none", "inner": []});
    assert_eq!(serde_json::to_value(&old)?, document);
    let choice = Choice::decode_from(Bytes::from([NEW_MAP, STOP].concat()))?;
    assert_eq!(serde_json::to_value(&choice)?, json!("Unknown"));
    Ok(())
}

//! `-string-type string -bytes-type vec`: only types of the standard library, and the same bytes on
//! the wire.

use option_strings::stream_gen::samples::strings::{FILES, MAGIC, Person, Refused, Text};
use streamgen_runtime::codec::{DecodeError, Encode as _};
use streamgen_runtime::{Bytes, FastStr, Message as _};

fn ada() -> Person {
    Person {
        name: String::from("Ada"),
        mails: vec![String::from("ada@example.com")],
        files: [(String::from("a"), vec![1, 2, 3])].into(),
        keys: [vec![0xff]].into(),
        ..Person::default()
    }
}

#[test]
fn owned_types_travel() -> Result<(), DecodeError> {
    let text = Text::Text(String::from("hello"));
    let data = Text::Data(vec![0, 0xff]);
    assert_eq!(Person::decode_from(ada().encode_to_bytes())?, ada());
    assert_eq!(Text::decode_from(text.encode_to_bytes())?, text);
    assert_eq!(Text::decode_from(data.encode_to_bytes())?, data);
    assert_eq!(text.encode_to_bytes()[..], *b"\x0b\0\x01\0\0\0\x05hello\0");
    Ok(())
}

#[test]
fn defaults_and_constants_are_owned_too() {
    let person = Person::default();
    assert_eq!(person.nick, Some(String::from("ada")));
    assert_eq!(
        (person.greeting, person.photo),
        (String::from("hello"), b"raw".to_vec())
    );
    assert_eq!(FILES["magic"], MAGIC);
}

#[test]
fn an_annotation_chooses_for_one_field() {
    let person = Person {
        shared: FastStr::from_static_str("shared"),
        slice: Bytes::from_static(b"slice"),
        ..ada()
    };
    assert_eq!((person.shared.len(), person.slice.len()), (6, 5));
}

#[test]
fn bytes_that_are_no_text_are_refused() {
    let bytes = Bytes::from_static(b"\x0b\0\x01\0\0\0\x01\xff\0");
    let error = Text::decode_from(bytes).expect_err("0xff is not UTF-8");
    assert!(error.to_string().contains("UTF-8"), "{error}");
}

#[test]
fn an_exception_says_its_message() {
    let refused = Refused {
        message: String::from("no"),
    };
    assert_eq!(refused.to_string(), "Refused: no");
}

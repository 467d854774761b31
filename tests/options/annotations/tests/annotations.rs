//! Annotations in the IDL, each where it has an effect.

#![allow(
    deprecated,
    reason = "the IDL deprecates things, which is what is tested"
)]

use std::sync::Arc;

use option_annotations::stream_gen::samples::annotations::kv_store::{
    GetValueArgs, GetValueError, KvStore, SERVICE_INFO,
};
use option_annotations::stream_gen::samples::annotations::{
    Choice, HEIGHTS, Holder, Large, Node, OLD_LIMIT, Refused, Ring, Unit, Yards,
};
use streamgen_runtime::codec::{DecodeError, Encode, OrderedF64};
use streamgen_runtime::{Context, FastStr, Message, Result};

fn round_trip<T: Message + Encode>(value: &T) -> Result<T, DecodeError> {
    T::decode_from(value.encode_to_bytes())
}

/// `rust.name` on a service, a method, an argument and an entry of `throws`.
struct Store;

impl KvStore for Store {
    async fn get(&self, _cx: Context, key: String) -> Result<Holder, GetValueError> {
        match key.as_str() {
            "" => Err(GetValueError::No(Refused::default())),
            _ => Ok(Holder::default()),
        }
    }

    async fn put(&self, _cx: Context, _holder: Holder) -> Result<()> {
        Ok(())
    }
}

/// Names on the wire stay those of the IDL.
#[test]
fn a_service_has_another_name_in_rust_only() {
    let _ = Store;
    assert_eq!(SERVICE_INFO.name, "kv_store_v1");
    let methods = SERVICE_INFO.methods.iter().map(|method| method.name);
    assert_eq!(methods.collect::<Vec<_>>(), ["get_value", "put"]);
    assert_eq!(GetValueArgs { key: "a".into() }.key, "a");
}

#[test]
fn types_and_their_members_have_other_names() {
    assert_eq!(Unit::METRE.name(), Some("metre_v"));
    let large = Large {
        tops: vec![OrderedF64(1.5)],
        unit: Unit::METRE,
    };
    assert_eq!(round_trip(&large), Ok(large));
}

#[test]
fn a_typedef_passes_its_choice_on() {
    assert_eq!(HEIGHTS[&"door".to_owned()], OrderedF64(2.0));
}

/// The two nodes are one in memory; on the wire each is written.
#[test]
fn a_shared_value_is_written_like_any_other() -> Result<(), DecodeError> {
    let leaf = Arc::new(Node::default());
    let tree = Node {
        label: "root".to_owned(),
        next: Some(Arc::clone(&leaf)),
        children: vec![Arc::clone(&leaf), leaf],
    };
    assert_eq!(round_trip(&tree)?, tree);
    assert_eq!(tree.children[0].label, "leaf");
    let ring = Ring {
        next: Some(Arc::new(Ring::default())),
    };
    assert_eq!(round_trip(&ring)?, ring);
    Ok(())
}

#[test]
fn a_box_is_there_on_request() -> Result<(), DecodeError> {
    let holder = Holder {
        first: Some(Box::new(Large::default())),
        ..Holder::default()
    };
    assert_eq!(holder.second, Box::new(large()));
    assert_eq!(holder.shared, Arc::new(Large::default()));
    assert_eq!(round_trip(&holder)?, holder);
    Ok(())
}

fn large() -> Large {
    Large {
        tops: vec![OrderedF64(1.5)],
        ..Large::default()
    }
}

#[test]
fn members_of_unions_are_shared_or_boxed_too() -> Result<(), DecodeError> {
    let choice = Choice::Inner(Box::new(Choice::Large(Arc::new(large()))));
    assert_eq!(round_trip(&choice)?, choice);
    Ok(())
}

#[test]
fn an_exception_says_a_shared_message() {
    let refused = |message| Refused { message };
    let text = Arc::new(FastStr::from_static_str("not today"));
    assert_eq!(refused(Some(text)).to_string(), "Refused: not today");
    assert_eq!(refused(None).to_string(), "Refused");
}

#[test]
fn what_is_deprecated_is_still_there() {
    let yards: Yards = OLD_LIMIT;
    assert_eq!((yards, Choice::Old(8)), (8, Choice::Old(i64::from(yards))));
}

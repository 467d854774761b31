//! Values given twice where each may stand once.

use std::collections::HashMap;

use crate::model::{Value, ValueKind};

/// What makes two scalar values the same key.
#[derive(PartialEq, Eq, Hash)]
enum Key<'a> {
    Bool(bool),
    Int(i64),
    /// By bits: all doubles here are finite literals.
    Double(u64),
    String(&'a str),
    Binary(&'a [u8]),
    Uuid([u8; 16]),
}

/// `None` for containers and structs, which are not compared.
fn key(value: &Value) -> Option<Key<'_>> {
    Some(match &value.kind {
        ValueKind::Bool(value) => Key::Bool(*value),
        ValueKind::Int(value) => Key::Int(*value),
        ValueKind::Double(value) => Key::Double(value.to_bits()),
        ValueKind::String(value) => Key::String(value),
        ValueKind::Binary(value) => Key::Binary(value),
        ValueKind::Uuid(value) => Key::Uuid(*value),
        ValueKind::Enum { number, .. } => Key::Int(i64::from(*number)),
        _ => return None,
    })
}

/// The first value that equals an earlier one, with that earlier one first.
pub(super) fn first_duplicate<'v>(
    values: impl Iterator<Item = &'v Value>,
) -> Option<(&'v Value, &'v Value)> {
    let mut seen = HashMap::new();
    for value in values {
        let Some(key) = key(value) else { continue };
        if let Some(first) = seen.insert(key, value) {
            return Some((first, value));
        }
    }
    None
}

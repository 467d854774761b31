//! What `google.protobuf.Struct` and its values take in memory.

use prost_types::Value;

use super::scan::{self, take_field};
use crate::codec::budget::b_tree;

/// An entry of a map in `Struct`.
const ENTRY: usize = size_of::<(String, Value)>();

/// Numbers of the fields that hold others.
const STRUCT_FIELDS: u64 = 1;
const ENTRY_VALUE: u64 = 2;
const VALUE_STRUCT: u64 = 5;
const VALUE_LIST: u64 = 6;
const LIST_VALUES: u64 = 1;

/// Which message is counted.
#[derive(Clone, Copy)]
enum Kind {
    Struct,
    Entry,
    Value,
    List,
}

/// Bytes that the fields of a `Struct` take.
pub(super) fn of_struct(message: &[u8]) -> usize {
    fields(Kind::Struct, message, scan::MAX_DEPTH)
}

/// Bytes that the fields of a `Value` take.
pub(super) fn of_value(message: &[u8]) -> usize {
    fields(Kind::Value, message, scan::MAX_DEPTH)
}

/// Bytes that the fields of a `ListValue` take.
pub(super) fn of_list(message: &[u8]) -> usize {
    fields(Kind::List, message, scan::MAX_DEPTH)
}

/// Up to the first bytes that are no field, at which prost fails.
fn fields(kind: Kind, mut bytes: &[u8], depth_left: u32) -> usize {
    let Some(depth_left) = depth_left.checked_sub(1) else {
        return 0;
    };
    let (mut inner, mut elements) = (0_usize, 0);
    while !bytes.is_empty() {
        let Some(field) = take_field(&mut bytes) else {
            break;
        };
        let kind = match (kind, field.number) {
            (Kind::Struct, STRUCT_FIELDS) => Kind::Entry,
            (Kind::Entry, ENTRY_VALUE) | (Kind::List, LIST_VALUES) => Kind::Value,
            (Kind::Value, VALUE_STRUCT) => Kind::Struct,
            (Kind::Value, VALUE_LIST) => Kind::List,
            _ => continue,
        };
        if let Some(content) = field.content {
            elements += 1;
            inner = inner.saturating_add(fields(kind, content, depth_left));
        }
    }
    let own = match kind {
        Kind::Struct => b_tree(elements, ENTRY),
        Kind::List if elements > 0 => size_of::<Value>() * (2 * elements).max(4),
        _ => 0,
    };
    inner.saturating_add(own)
}

#[cfg(test)]
mod tests {
    use prost::Message as _;
    use prost_types::value::Kind;
    use prost_types::{ListValue, Struct, Value};

    use super::*;

    fn list(values: usize) -> Value {
        let values = vec![
            Value {
                kind: Some(Kind::NumberValue(0.5))
            };
            values
        ];
        Value {
            kind: Some(Kind::ListValue(ListValue { values })),
        }
    }

    fn nested(fields: usize, depth: usize) -> Value {
        let inner = match depth {
            0 => list(fields),
            depth => nested(fields, depth - 1),
        };
        let fields = (0..fields).map(|field| (field.to_string(), inner.clone()));
        let fields = fields.collect();
        Value {
            kind: Some(Kind::StructValue(Struct { fields })),
        }
    }

    #[test]
    fn what_is_counted_is_what_prost_allocates_at_least() {
        for value in [
            list(0),
            list(1),
            list(100),
            nested(1, 0),
            nested(1, 20),
            nested(7, 3),
            nested(100, 1),
        ] {
            let bytes = value.encode_to_vec();
            let mut decoded = None;
            let info = allocation_counter::measure(|| decoded = Some(Value::decode(&bytes[..])));
            assert_eq!(decoded.unwrap().unwrap(), value);
            // The text of the keys is as long as on the wire.
            let held = usize::try_from(info.bytes_current).unwrap();
            assert!(held <= of_value(&bytes) + bytes.len(), "{held}: {value:?}");
        }
    }
}

//! Encoded structs taken apart without knowing their types, and put together in other ways.

use std::collections::BTreeMap;

use streamgen_runtime::Bytes;
use streamgen_runtime::codec::wire_type::{
    BOOL, DOUBLE, I8, I16, I32, I64, LIST, MAP, SET, STOP, STRING, STRUCT,
};

/// One field of an encoded struct.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    pub wire_type: u8,
    pub id: i16,
    pub value: Vec<u8>,
}

impl Field {
    pub fn new(wire_type: u8, id: i16, value: &[u8]) -> Self {
        Self {
            wire_type,
            id,
            value: value.to_vec(),
        }
    }
}

/// The fields of an encoded struct, in their order.
pub fn split(mut bytes: &[u8]) -> Vec<Field> {
    let fields = take_fields(&mut bytes);
    assert!(bytes.is_empty(), "{} bytes are left", bytes.len());
    fields
}

/// A struct of these fields.
pub fn join(fields: &[Field]) -> Bytes {
    let mut bytes = Vec::new();
    for field in fields {
        bytes.push(field.wire_type);
        bytes.extend(field.id.to_be_bytes());
        bytes.extend(&field.value);
    }
    bytes.push(STOP);
    bytes.into()
}

/// The bytes of an equal struct, the same for all equal ones: fields by id, sets and maps sorted, and of what
/// arrives twice the last (in sets and maps, once).
pub fn canonical(bytes: &[u8]) -> Vec<u8> {
    canonical_value(STRUCT, &mut &*bytes)
}

fn take_fields(bytes: &mut &[u8]) -> Vec<Field> {
    let mut fields = Vec::new();
    loop {
        let [wire_type] = take(bytes);
        if wire_type == STOP {
            return fields;
        }
        let id = i16::from_be_bytes(take(bytes));
        let before = *bytes;
        canonical_value(wire_type, bytes);
        let value = &before[..before.len() - bytes.len()];
        fields.push(Field::new(wire_type, id, value));
    }
}

fn canonical_value(wire_type: u8, bytes: &mut &[u8]) -> Vec<u8> {
    match wire_type {
        BOOL | I8 => take::<1>(bytes).to_vec(),
        I16 => take::<2>(bytes).to_vec(),
        I32 => take::<4>(bytes).to_vec(),
        I64 | DOUBLE => take::<8>(bytes).to_vec(),
        STRING => {
            let len: [u8; 4] = take(bytes);
            let (value, rest) = bytes.split_at(u32::from_be_bytes(len) as usize);
            *bytes = rest;
            [&len, value].concat()
        }
        LIST | SET => canonical_elements(wire_type, bytes),
        MAP => canonical_map(bytes),
        STRUCT => {
            let fields = take_fields(bytes).into_iter();
            let canonical = |field: Field| {
                let value = canonical_value(field.wire_type, &mut &*field.value);
                (field.id, Field { value, ..field })
            };
            let by_id: BTreeMap<_, _> = fields.map(canonical).collect();
            join(&by_id.into_values().collect::<Vec<_>>()).to_vec()
        }
        other => panic!("wire type {other}"),
    }
}

fn canonical_elements(wire_type: u8, bytes: &mut &[u8]) -> Vec<u8> {
    let [element] = take(bytes);
    let count = u32::from_be_bytes(take(bytes));
    let values = (0..count).map(|_| canonical_value(element, bytes));
    let mut values: Vec<_> = values.collect();
    if wire_type == SET {
        values.sort();
        values.dedup();
    }
    let count = values.len() as u32;
    [&[element], &count.to_be_bytes()[..], &values.concat()].concat()
}

fn canonical_map(bytes: &mut &[u8]) -> Vec<u8> {
    let types @ [key, value] = take(bytes);
    let count = u32::from_be_bytes(take(bytes));
    let mut pairs = BTreeMap::new();
    for _ in 0..count {
        let key = canonical_value(key, bytes);
        pairs.insert(key, canonical_value(value, bytes));
    }
    let count = (pairs.len() as u32).to_be_bytes();
    let pairs = pairs.iter().flat_map(|(key, value)| [&key[..], value]);
    [&types[..], &count, &pairs.collect::<Vec<_>>().concat()].concat()
}

fn take<const N: usize>(bytes: &mut &[u8]) -> [u8; N] {
    let (taken, rest) = bytes.split_first_chunk().expect("more bytes");
    *bytes = rest;
    *taken
}

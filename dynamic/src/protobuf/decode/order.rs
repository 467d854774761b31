//! The fields of a message, in an order in which each can be written at once.
//!
//! Protobuf allows any order: elements of a list with other fields between them, a field that is there
//! twice, of which the last counts, and parts of a message that are there twice and are merged. Writers
//! leave each field in one run, so that one look tells whether there is anything to do.

use std::borrow::Cow;

use crate::decode::{Done, plain};
use crate::protobuf::wire::{GROUP, LENGTH, Part, Parts, wire_type};
use crate::schema::{Field, Struct, Type};
use crate::seen::Seen;

/// What one look at the fields has shown.
pub(super) struct Survey {
    pub(super) seen: Seen,
    /// Whether each field is there in one run, and what is no list or map once.
    pub(super) is_tidy: bool,
}

pub(super) fn survey(
    of: &Struct,
    bytes: &[u8],
    fits: impl Fn(&Field, &Part<'_>) -> bool,
) -> Done<Survey> {
    let (mut seen, mut oneofs) = (Seen::default(), Seen::default());
    let (mut is_tidy, mut last) = (true, None);
    let mut parts = Parts { rest: bytes };
    while let Some(part) = parts.next().map_err(plain)? {
        let Some(index) = index_of(of, &part, last) else {
            continue;
        };
        let field = &of.fields[index];
        if !fits(field, &part) || (last == Some(index) && is_repeated(field)) {
            continue;
        }
        is_tidy &= seen.insert(index);
        if let Some(oneof) = field.protobuf.oneof {
            is_tidy &= oneofs.insert(oneof);
        }
        last = Some(index);
    }
    Ok(Survey { seen, is_tidy })
}

pub(super) fn is_repeated(field: &Field) -> bool {
    matches!(field.ty, Type::List(_) | Type::Map(_))
}

/// The field of a part's number. Fields mostly arrive in the order of the IDL.
pub(super) fn index_of(of: &Struct, part: &Part<'_>, last: Option<usize>) -> Option<usize> {
    let again = last.filter(|&index| of.fields[index].id == part.number);
    again.or_else(|| of.find(part.number, last.map_or(0, |last| last + 1)))
}

/// Whether the part is written as a value of the type, or as several of a list. If it is not, it counts as a
/// field that is not known, as everywhere in Protobuf.
pub(super) fn fits(field: &Field, element: Option<Type>, part: &Part<'_>) -> bool {
    let expected = wire_type(element.unwrap_or(field.ty), field.protobuf.encoding);
    let can_be_packed = element.is_some() && !matches!(expected, LENGTH | GROUP);
    part.wire_type == expected || (can_be_packed && part.wire_type == LENGTH)
}

/// The parts of a message, by field: index of the field, and where in the message the part begins. Messages
/// have less than 2 GiB.
pub(super) fn by_field(
    of: &Struct,
    bytes: &[u8],
    known: impl Fn(&Part<'_>) -> Option<usize>,
) -> Done<Vec<(u32, u32)>> {
    let mut found = Vec::new();
    let mut parts = Parts { rest: bytes };
    loop {
        let at = bytes.len() - parts.rest.len();
        let Some(part) = parts.next().map_err(plain)? else {
            break;
        };
        if let Some(index) = known(&part) {
            found.push((number(index), number(at)));
        }
    }
    keep_last_of_oneofs(of, &mut found);
    found.sort_by_key(|&(index, _)| index);
    Ok(found)
}

fn number(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}

/// Of the members of a oneof, the last one that is there counts. It has the parts behind the last of
/// another.
fn keep_last_of_oneofs(of: &Struct, found: &mut Vec<(u32, u32)>) {
    let oneof_of = |index: u32| of.fields[index as usize].protobuf.oneof;
    let mut winners = vec![None; of.oneofs.len()];
    let (mut kept, mut closed) = (Vec::with_capacity(found.len()), Seen::default());
    for &(index, at) in found.iter().rev() {
        if let Some(oneof) = oneof_of(index) {
            if *winners[oneof].get_or_insert(index) != index {
                closed.insert(oneof);
            }
            if closed.has(oneof) {
                continue;
            }
        }
        kept.push((index, at));
    }
    kept.reverse();
    *found = kept;
}

/// The last field of this number that is written like this.
pub(super) fn last_of(bytes: &[u8], number: i32, wire_type: u8) -> Done<Option<&[u8]>> {
    let mut parts = Parts { rest: bytes };
    let mut found = None;
    while let Some(part) = parts.next().map_err(plain)? {
        if (part.number, part.wire_type) == (number, wire_type) {
            found = Some(part.value);
        }
    }
    Ok(found)
}

/// All messages under this number: one behind the other they are the message that they make together.
pub(super) fn merged(bytes: &[u8], number: i32) -> Done<Option<Cow<'_, [u8]>>> {
    let mut parts = Parts { rest: bytes };
    let mut found: Option<Cow<'_, [u8]>> = None;
    while let Some(part) = parts.next().map_err(plain)? {
        if (part.number, part.wire_type) == (number, LENGTH) {
            append(found.get_or_insert_default(), part.value);
        }
    }
    Ok(found)
}

/// Adds a part of a message to those before it. One alone stays where it is.
pub(super) fn append<'b>(message: &mut Cow<'b, [u8]>, part: &'b [u8]) {
    match message.is_empty() {
        true => *message = Cow::Borrowed(part),
        false if part.is_empty() => {}
        false => message.to_mut().extend_from_slice(part),
    }
}

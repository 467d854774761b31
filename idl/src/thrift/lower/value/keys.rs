//! Values given twice where each may stand once.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::Evaluator;
use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::model::{Value, ValueKind};

impl Evaluator<'_> {
    /// A key that is given twice has two values, and nobody knows which is meant.
    pub(super) fn refuse_duplicate_keys(&mut self, entries: &[(Value, Value)]) {
        let mut seen = HashMap::new();
        for (value, _) in entries {
            let Some(key) = key(value) else { continue };
            if let Some(first) = seen.insert(key, value) {
                let found = Diagnostic::new(Code::DuplicateKey, "the key is given twice");
                let found = found
                    .label(value.span, "")
                    .label(first.span, "first given here");
                self.report.add(found);
            }
        }
    }

    /// The elements of a set, each once. Real files repeat some, which does no harm.
    pub(super) fn without_duplicates(&mut self, values: Vec<Value>) -> Vec<Value> {
        let mut seen = HashMap::new();
        let mut kept = Vec::new();
        for (index, value) in values.iter().enumerate() {
            let Some(key) = key(value) else {
                kept.push(index);
                continue;
            };
            match seen.entry(key) {
                Entry::Vacant(entry) => {
                    entry.insert(value.span);
                    kept.push(index);
                }
                Entry::Occupied(entry) => {
                    let message = "the element is given twice";
                    let found = Diagnostic::new(Code::DuplicateElement, message);
                    let found = found.label(value.span, "ignored");
                    self.report
                        .add(found.label(*entry.get(), "first given here"));
                }
            }
        }
        let mut kept = kept.into_iter().peekable();
        let keep = |(index, value)| kept.next_if_eq(&index).map(|_| value);
        values.into_iter().enumerate().filter_map(keep).collect()
    }
}

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

//! Fields that a struct value leaves out although the IDL has a default for them.
//!
//! Here they get the default, as they do in Apache's generated code. Kitex prints the value as a Go
//! literal, in which a field that is not named is zero: two peers with one IDL would start from
//! different values.

use std::collections::{HashMap, HashSet};

use super::super::definitions::Definitions;
use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::model::{DefId, DefinitionKind, Field, StructFieldValue, StructKind, Value, ValueKind};
use crate::report::Report;
use crate::source::Span;
use crate::wording::all_of;

/// Looks at every value that is written in the IDL.
pub(super) fn check(definitions: &Definitions, report: &mut Report) {
    let mut search = Search {
        with_default: fields_with_default(definitions),
        report,
    };
    for def in definitions.iter() {
        match &def.kind {
            DefinitionKind::Const(item) => search.value(&item.value),
            DefinitionKind::Struct(item) => search.defaults(&item.fields),
            DefinitionKind::Service(service) => {
                let methods = service.methods.iter();
                methods.for_each(|method| search.defaults(&method.args));
            }
            DefinitionKind::Enum(_) | DefinitionKind::Typedef(_) => {}
        }
    }
}

/// The fields of each struct whose default is not what Go starts with. A union takes no default of
/// a member that is not named.
fn fields_with_default(definitions: &Definitions) -> HashMap<DefId, Vec<&Field>> {
    let structs = definitions.structs();
    let structs = structs.filter(|(_, item)| item.kind != StructKind::Union);
    let found = structs.filter_map(|(def, item)| {
        let differs = |field: &&Field| field.default.as_ref().is_some_and(|one| !is_zero(one));
        let fields: Vec<&Field> = item.fields.iter().filter(differs).collect();
        (!fields.is_empty()).then_some((def.id, fields))
    });
    found.collect()
}

struct Search<'a> {
    with_default: HashMap<DefId, Vec<&'a Field>>,
    report: &'a mut Report,
}

impl Search<'_> {
    fn defaults(&mut self, fields: &[Field]) {
        let defaults = fields.iter().filter_map(|field| field.default.as_ref());
        defaults.for_each(|value| self.value(value));
    }

    /// Recursion is bounded by the depth of values. What a constant brings along was looked at where
    /// the constant is defined.
    fn value(&mut self, value: &Value) {
        if value.constant.is_some() {
            return;
        }
        match &value.kind {
            ValueKind::List(items) | ValueKind::Set(items) => {
                items.iter().for_each(|item| self.value(item));
            }
            ValueKind::Map(entries) => {
                for (key, value) in entries {
                    self.value(key);
                    self.value(value);
                }
            }
            ValueKind::Struct { def, fields } => {
                fields.iter().for_each(|field| self.value(&field.value));
                self.left_out(*def, fields, value.span);
            }
            _ => {}
        }
    }

    fn left_out(&mut self, def: DefId, given: &[StructFieldValue], span: Span) {
        /// How many fields are looked for: as many as a message names, and one more, which it does not name.
        const MAX_LEFT_OUT: usize = 4;
        let Some(fields) = self.with_default.get(&def) else {
            return;
        };
        let given: HashSet<i32> = given.iter().map(|field| field.id).collect();
        let left_out = fields.iter().filter(|field| !given.contains(&field.id));
        let left_out: Vec<&Field> = left_out.take(MAX_LEFT_OUT).copied().collect();
        let Some(default) = left_out.first().and_then(|field| field.default.as_ref()) else {
            return;
        };
        let names: Vec<&str> = left_out.iter().map(|field| field.name.as_str()).collect();
        let (names, have, them) = match names.as_slice() {
            [only] => (format!("`{only}`"), "has its default", "it"),
            [.., _] if names.len() == MAX_LEFT_OUT => (
                format!("{} and more", all_of(&names[..1])),
                "have their defaults",
                "them",
            ),
            _ => (all_of(&names), "have their defaults", "them"),
        };
        let message = format!("{names} {have} in this value, but Kitex leaves {them} at zero");
        let found = Diagnostic::new(Code::DefaultInValue, message).label(span, "");
        let found = found.label(default.span, "the default");
        self.report
            .add(found.help(format!("name {them} in the value")));
    }
}

/// Whether Go starts with the same value, or with one that is the same on the wire.
fn is_zero(value: &Value) -> bool {
    match &value.kind {
        ValueKind::Bool(value) => !value,
        ValueKind::Int(value) => *value == 0,
        ValueKind::Double(value) => *value == 0.0,
        ValueKind::String(text) => text.is_empty(),
        ValueKind::Binary(bytes) => bytes.is_empty(),
        ValueKind::Enum { number, .. } => *number == 0,
        ValueKind::List(items) | ValueKind::Set(items) => items.is_empty(),
        ValueKind::Map(entries) => entries.is_empty(),
        // Kitex does not know the type.
        ValueKind::Uuid(_) => true,
        // A pointer that is nil, or a default of its own.
        ValueKind::Struct { .. } => false,
    }
}

//! Fields, oneofs and values whose Rust names would be equal.

use std::collections::BTreeSet;

use streamgen_idl::model::{Enum, Field, Schema, StructLike, TypeKind};

use super::GivenMembers;
use super::convert::{camel, first_free, snake, value};

/// Members of a message. `nested` are the Rust names of the types nested in it: the enum of a oneof
/// stands beside them.
pub(super) fn of_message(
    schema: &Schema,
    item: &StructLike,
    nested: &BTreeSet<String>,
) -> Option<GivenMembers> {
    let mut given = GivenMembers::default();
    let (mut fields, mut methods) = (BTreeSet::new(), BTreeSet::new());
    for (index, field) in item.fields.iter().enumerate() {
        if field.oneof.is_some() {
            continue;
        }
        let fallback = format!("field{}", field.id);
        let name = first_free(&field.name, &fallback, |name| {
            let setter = setter(schema, field, name);
            !fields.contains(&snake(name))
                && !methods.contains(&snake(name))
                && setter.is_none_or(|setter| !fields.contains(&setter))
        });
        fields.insert(snake(&name));
        methods.extend(setter(schema, field, &name));
        if name != field.name {
            given.fields.insert(index, name);
        }
    }
    let mut types = nested.clone();
    for (index, oneof) in item.oneofs.iter().enumerate() {
        let name = first_free(&oneof.name, &format!("oneof{index}"), |name| {
            !fields.contains(&snake(name)) && !types.contains(&oneof_type(name, nested))
        });
        fields.insert(snake(&name));
        types.insert(oneof_type(&name, nested));
        if name != oneof.name {
            given.oneofs.insert(index, name);
        }
        let mut variants = BTreeSet::new();
        let members = item.fields.iter().enumerate();
        for (at, field) in members.filter(|(_, field)| field.oneof == Some(index)) {
            let fallback = format!("field{}", field.id);
            let name = first_free(&field.name, &fallback, |name| {
                !variants.contains(&camel(name))
            });
            variants.insert(camel(&name));
            if name != field.name {
                given.fields.insert(at, name);
            }
        }
    }
    (!given.fields.is_empty() || !given.oneofs.is_empty()).then_some(given)
}

/// prost-build's own way out where a nested type has the name.
fn oneof_type(name: &str, nested: &BTreeSet<String>) -> String {
    let ident = camel(name);
    match nested.contains(&ident) {
        true => ident + "OneOf",
        false => ident,
    }
}

/// The function beside the getter that prost makes for an enum field: getters have the names of
/// fields, so a field must not be called as one of these.
fn setter(schema: &Schema, field: &Field, name: &str) -> Option<String> {
    let (prefix, ty) = match &field.ty.kind {
        TypeKind::List(item) => ("push", &item.kind),
        kind => ("set", kind),
    };
    let TypeKind::Named(id) = ty else {
        return None;
    };
    schema.enumeration(*id)?;
    let name = snake(name);
    Some(format!("{prefix}_{}", super::super::ident::unraw(&name)))
}

/// Values of an enum. Of those with one number, prost-build takes the first alone.
pub(super) fn of_enum(ident: &str, item: &Enum) -> Option<GivenMembers> {
    let mut given = GivenMembers::default();
    let mut variants = BTreeSet::new();
    for (index, one) in item.variants.iter().enumerate() {
        if item.position_of(one.number) != Some(index) {
            continue;
        }
        let name = first_free(&one.name, &format!("Value{index}"), |name| {
            !variants.contains(&value(ident, name))
        });
        variants.insert(value(ident, &name));
        if name != one.name {
            given.values.insert(index, name);
        }
    }
    (!given.values.is_empty()).then_some(given)
}

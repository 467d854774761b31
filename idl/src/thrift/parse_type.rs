//! Text → syntax tree: types and values, the two recursive constructs. The scan bounds their depth.

use super::grammar::{Cursor, Mismatch, Node, Rule, Walk};
use super::parse::{annotations, unquote};
use super::syntax::{BaseType, Type, TypeKind, Value, ValueKind};

/// The type that comes next.
pub(super) fn type_ref(parts: &mut Cursor<'_>) -> Walk<Type> {
    let mut parts = parts.expect(Rule::type_ref)?.into_parts();
    let node = parts.any().ok_or(Mismatch)?;
    let span = node.span();
    let kind = match node.rule() {
        Rule::identifier => TypeKind::Named(node.text().to_owned()),
        Rule::base_type => TypeKind::Base(base_type(node.text())?),
        Rule::list_type => TypeKind::List(Box::new(element(&mut node.into_parts())?)),
        Rule::set_type => TypeKind::Set(Box::new(element(&mut node.into_parts())?)),
        Rule::map_type => {
            let mut parts = node.into_parts();
            let key = element(&mut parts)?;
            parts.expect(Rule::comma)?;
            TypeKind::Map(Box::new(key), Box::new(type_ref(&mut parts)?))
        }
        _ => return Err(Mismatch),
    };
    Ok(Type {
        kind,
        annotations: annotations(&mut parts)?,
        span,
    })
}

/// The first type between angle brackets, after the word and a `cpp_type` that Rust has no use for.
fn element(parts: &mut Cursor<'_>) -> Walk<Type> {
    parts.any();
    parts.skip(Rule::cpp_type);
    parts.expect(Rule::open_angle)?;
    type_ref(parts)
}

fn base_type(word: &str) -> Walk<BaseType> {
    Ok(match word {
        "bool" => BaseType::Bool,
        "byte" | "i8" => BaseType::I8,
        "i16" => BaseType::I16,
        "i32" => BaseType::I32,
        "i64" => BaseType::I64,
        "double" => BaseType::Double,
        "string" => BaseType::String,
        "binary" => BaseType::Binary,
        "uuid" => BaseType::Uuid,
        _ => return Err(Mismatch),
    })
}

/// One value.
pub(super) fn value(node: Node<'_>) -> Walk<Value> {
    let node = node.into_parts().any().ok_or(Mismatch)?;
    let span = node.span();
    let kind = match node.rule() {
        Rule::integer => ValueKind::Integer(node.text().to_owned()),
        Rule::double => ValueKind::Double(node.text().to_owned()),
        Rule::literal => ValueKind::Literal(unquote(node.text()).to_owned()),
        Rule::identifier => ValueKind::Name(node.text().to_owned()),
        Rule::list_value => ValueKind::List(list(node)?),
        Rule::map_value => ValueKind::Map(map(node)?),
        _ => return Err(Mismatch),
    };
    Ok(Value { kind, span })
}

fn list(node: Node<'_>) -> Walk<Vec<Value>> {
    let mut parts = node.into_parts();
    parts.expect(Rule::open_bracket)?;
    let mut values = Vec::new();
    while let Some(node) = parts.optional(Rule::value) {
        values.push(value(node)?);
    }
    Ok(values)
}

fn map(node: Node<'_>) -> Walk<Vec<(Value, Value)>> {
    let mut parts = node.into_parts();
    parts.expect(Rule::open_brace)?;
    let mut entries = Vec::new();
    while let Some(node) = parts.optional(Rule::map_entry) {
        let mut parts = node.into_parts();
        let key = value(parts.expect(Rule::value)?)?;
        parts.expect(Rule::colon)?;
        entries.push((key, value(parts.expect(Rule::value)?)?));
    }
    Ok(entries)
}

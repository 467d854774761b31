//! Text → syntax tree: fields and functions.

use super::grammar::{Cursor, Mismatch, Node, Rule, Walk};
use super::parse::{annotations, identifier, integer};
use super::parse_type;
use super::syntax::{Field, Function, Oneway, Type};
use crate::model::Requiredness;
use crate::source::Span;

/// All fields that come next.
pub(super) fn fields(parts: &mut Cursor<'_>) -> Walk<Vec<Field>> {
    let mut fields = Vec::new();
    while let Some(node) = parts.optional(Rule::field) {
        fields.push(field(node)?);
    }
    Ok(fields)
}

fn field(node: Node<'_>) -> Walk<Field> {
    let span = node.span();
    let mut parts = node.into_parts();
    let mut id = None;
    if parts.peek() == Some(Rule::integer) {
        id = Some(integer(&mut parts)?);
        parts.expect(Rule::colon)?;
    }
    let (requiredness, requiredness_span) = requiredness(&mut parts)?;
    let ty = parse_type::type_ref(&mut parts)?;
    let by_reference = parts.skip(Rule::ampersand);
    let name = identifier(&mut parts)?;
    let mut default = None;
    if parts.skip(Rule::equals) {
        default = Some(parse_type::value(parts.expect(Rule::value)?)?);
    }
    while parts.skip(Rule::xsd) {}
    let annotations = annotations(&mut parts)?;
    Ok(Field {
        id,
        requiredness,
        requiredness_span,
        ty,
        by_reference,
        name,
        default,
        annotations,
        span,
    })
}

fn requiredness(parts: &mut Cursor<'_>) -> Walk<(Requiredness, Option<Span>)> {
    let Some(node) = parts.optional(Rule::requiredness) else {
        return Ok((Requiredness::Default, None));
    };
    let word = node.into_parts().any().ok_or(Mismatch)?;
    let requiredness = match word.rule() {
        Rule::k_required => Requiredness::Required,
        Rule::k_optional => Requiredness::Optional,
        _ => return Err(Mismatch),
    };
    Ok((requiredness, Some(word.span())))
}

/// One function of a service.
pub(super) fn function(node: Node<'_>) -> Walk<Function> {
    let span = node.span();
    let mut parts = node.into_parts();
    let oneway = oneway(&mut parts)?;
    let (result, result_span) = result(parts.expect(Rule::result)?)?;
    let name = identifier(&mut parts)?;
    parts.expect(Rule::open_paren)?;
    let args = fields(&mut parts)?;
    parts.expect(Rule::close_paren)?;
    let mut throws = Vec::new();
    if let Some(node) = parts.optional(Rule::throws) {
        let mut parts = node.into_parts();
        parts.expect(Rule::k_throws)?;
        parts.expect(Rule::open_paren)?;
        throws = fields(&mut parts)?;
    }
    let annotations = annotations(&mut parts)?;
    Ok(Function {
        oneway,
        result,
        result_span,
        name,
        args,
        throws,
        annotations,
        span,
    })
}

fn oneway(parts: &mut Cursor<'_>) -> Walk<Option<Oneway>> {
    let Some(node) = parts.optional(Rule::oneway) else {
        return Ok(None);
    };
    let word = node.into_parts().any().ok_or(Mismatch)?;
    Ok(Some(Oneway {
        is_async: word.rule() == Rule::k_async,
        span: word.span(),
    }))
}

/// The result type, or `None` for `void`, whose annotations nobody can use.
fn result(node: Node<'_>) -> Walk<(Option<Type>, Span)> {
    let mut parts = node.into_parts();
    if let Some(void) = parts.optional(Rule::k_void) {
        return Ok((None, void.span()));
    }
    let ty = parse_type::type_ref(&mut parts)?;
    let span = ty.span;
    Ok((Some(ty), span))
}

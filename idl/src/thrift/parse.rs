//! Text → syntax tree.

use super::grammar::{Cursor, Mismatch, Node, Rule, Walk, match_document};
use super::syntax::{
    Annotation, Definition, DefinitionKind, Document, EnumValue, Identifier, Include, Integer,
    Literal, Namespace,
};
use super::{parse_member, parse_type, syntax_error};
use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::model::StructKind;
use crate::source::{FileId, Span};

/// Parses one file that passed the scan. Stops at the first error.
pub(crate) fn parse(file: FileId, text: &str) -> Result<Document, Box<Diagnostic>> {
    let root = match_document(file, text)
        .map_err(|error| Box::new(syntax_error::describe(file, text, &error)))?;
    document(root).map_err(|Mismatch| {
        let message = "the parser lost its way in this file; this is a bug in streamgen";
        Box::new(Diagnostic::new(Code::SyntaxError, message).label(Span::new(file, 0, 0), ""))
    })
}

fn document(mut root: Cursor<'_>) -> Walk<Document> {
    let mut document = Document::default();
    let mut parts = root.expect(Rule::document)?.into_parts();
    while let Some(node) = parts.any() {
        let is_header = matches!(
            node.rule(),
            Rule::include | Rule::cpp_include | Rule::namespace
        );
        if is_header && !document.definitions.is_empty() && document.late_header.is_none() {
            document.late_header = Some(node.span());
        }
        match node.rule() {
            Rule::include => document.includes.push(include(node)?),
            Rule::namespace => document.namespaces.push(namespace(node)?),
            Rule::constant => document.definitions.push(constant(node)?),
            Rule::typedef => document.definitions.push(typedef(node)?),
            Rule::enumeration => document.definitions.push(enumeration(node)?),
            Rule::struct_like => document.definitions.push(struct_like(node)?),
            Rule::service => document.definitions.push(service(node)?),
            // C++ headers mean nothing to Rust.
            Rule::cpp_include | Rule::EOI => {}
            _ => return Err(Mismatch),
        }
    }
    Ok(document)
}

fn include(node: Node<'_>) -> Walk<Include> {
    let span = node.span();
    let mut parts = node.into_parts();
    parts.expect(Rule::k_include)?;
    Ok(Include {
        path: literal(&mut parts)?,
        span,
    })
}

fn namespace(node: Node<'_>) -> Walk<Namespace> {
    let span = node.span();
    let mut parts = node.into_parts();
    parts.expect(Rule::k_namespace)?;
    let scope = parts.any().ok_or(Mismatch)?.text().to_owned();
    let name = identifier(&mut parts)?;
    Ok(Namespace {
        scope,
        name,
        annotations: annotations(&mut parts)?,
        span,
    })
}

fn constant(node: Node<'_>) -> Walk<Definition> {
    let span = node.span();
    let mut parts = node.into_parts();
    parts.expect(Rule::k_const)?;
    let ty = parse_type::type_ref(&mut parts)?;
    let name = identifier(&mut parts)?;
    parts.expect(Rule::equals)?;
    let value = parse_type::value(parts.expect(Rule::value)?)?;
    let mut all = annotations(&mut parts)?;
    all.extend(annotations(&mut parts)?);
    Ok(Definition {
        name,
        kind: DefinitionKind::Const { ty, value },
        annotations: all,
        span,
    })
}

fn typedef(node: Node<'_>) -> Walk<Definition> {
    let span = node.span();
    let mut parts = node.into_parts();
    parts.expect(Rule::k_typedef)?;
    let target = parse_type::type_ref(&mut parts)?;
    let name = identifier(&mut parts)?;
    let kind = DefinitionKind::Typedef { target };
    Ok(Definition {
        name,
        kind,
        annotations: annotations(&mut parts)?,
        span,
    })
}

fn enumeration(node: Node<'_>) -> Walk<Definition> {
    let span = node.span();
    let mut parts = node.into_parts();
    parts.expect(Rule::k_enum)?;
    let name = identifier(&mut parts)?;
    parts.expect(Rule::open_brace)?;
    let mut values = Vec::new();
    while let Some(value) = parts.optional(Rule::enum_value) {
        values.push(enum_value(value)?);
    }
    parts.expect(Rule::close_brace)?;
    let kind = DefinitionKind::Enum { values };
    Ok(Definition {
        name,
        kind,
        annotations: annotations(&mut parts)?,
        span,
    })
}

fn enum_value(node: Node<'_>) -> Walk<EnumValue> {
    let span = node.span();
    let mut parts = node.into_parts();
    let name = identifier(&mut parts)?;
    let number = parts
        .skip(Rule::equals)
        .then(|| integer(&mut parts))
        .transpose()?;
    Ok(EnumValue {
        name,
        number,
        annotations: annotations(&mut parts)?,
        span,
    })
}

fn struct_like(node: Node<'_>) -> Walk<Definition> {
    let span = node.span();
    let mut parts = node.into_parts();
    let kind = match parts.any().ok_or(Mismatch)?.rule() {
        Rule::k_struct => StructKind::Struct,
        Rule::k_union => StructKind::Union,
        Rule::k_exception => StructKind::Exception,
        _ => return Err(Mismatch),
    };
    let name = identifier(&mut parts)?;
    parts.skip(Rule::k_xsd_all);
    parts.expect(Rule::open_brace)?;
    let fields = parse_member::fields(&mut parts)?;
    parts.expect(Rule::close_brace)?;
    let kind = DefinitionKind::Struct { kind, fields };
    Ok(Definition {
        name,
        kind,
        annotations: annotations(&mut parts)?,
        span,
    })
}

fn service(node: Node<'_>) -> Walk<Definition> {
    let span = node.span();
    let mut parts = node.into_parts();
    parts.expect(Rule::k_service)?;
    let name = identifier(&mut parts)?;
    let extends = parts
        .skip(Rule::k_extends)
        .then(|| identifier(&mut parts))
        .transpose()?;
    parts.expect(Rule::open_brace)?;
    let mut functions = Vec::new();
    while let Some(function) = parts.optional(Rule::function) {
        functions.push(parse_member::function(function)?);
    }
    parts.expect(Rule::close_brace)?;
    let kind = DefinitionKind::Service { extends, functions };
    Ok(Definition {
        name,
        kind,
        annotations: annotations(&mut parts)?,
        span,
    })
}

/// The annotations that come next; none when there is no opening parenthesis.
pub(super) fn annotations(parts: &mut Cursor<'_>) -> Walk<Vec<Annotation>> {
    let mut found = Vec::new();
    let Some(node) = parts.optional(Rule::annotations) else {
        return Ok(found);
    };
    let mut entries = node.into_parts();
    entries.expect(Rule::open_paren)?;
    while let Some(entry) = entries.optional(Rule::annotation) {
        let mut parts = entry.into_parts();
        let key = identifier(&mut parts)?;
        let value = parts
            .skip(Rule::equals)
            .then(|| literal(&mut parts))
            .transpose()?;
        let end = value.as_ref().map_or(key.span.end, |value| value.span.end);
        let span = Span { end, ..key.span };
        found.push(Annotation { key, value, span });
    }
    Ok(found)
}

pub(super) fn identifier(parts: &mut Cursor<'_>) -> Walk<Identifier> {
    let node = parts.expect(Rule::identifier)?;
    Ok(Identifier {
        text: node.text().to_owned(),
        span: node.span(),
    })
}

pub(super) fn integer(parts: &mut Cursor<'_>) -> Walk<Integer> {
    let node = parts.expect(Rule::integer)?;
    Ok(Integer {
        text: node.text().to_owned(),
        span: node.span(),
    })
}

pub(super) fn literal(parts: &mut Cursor<'_>) -> Walk<Literal> {
    let node = parts.expect(Rule::literal)?;
    Ok(Literal {
        raw: unquote(node.text()).to_owned(),
        span: node.span(),
    })
}

/// The text between the quotes.
pub(super) fn unquote(literal: &str) -> &str {
    literal
        .get(1..literal.len().saturating_sub(1))
        .unwrap_or_default()
}

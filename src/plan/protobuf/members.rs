//! Fields, oneofs and values whose Rust names would be equal.

use std::collections::BTreeSet;

use streamgen_idl::model::{Enum, EnumVariant, Field, Schema, StructLike, TypeKind};
use streamgen_idl::{Diagnostic, Span};

use super::super::ident::unraw;
use super::super::names::asked_name;
use super::GivenMembers;
use super::convert::{camel, first_free, snake, value};
use super::naming::not_free;

/// The naming of members.
pub(super) struct Members<'d> {
    diagnostics: &'d mut Vec<Diagnostic>,
}

/// A member that asks for a free name.
struct Request<'a> {
    name: &'a str,
    asked: Option<&'a str>,
    span: Option<Span>,
    fallback: String,
}

impl<'d> Members<'d> {
    pub(super) fn new(diagnostics: &'d mut Vec<Diagnostic>) -> Self {
        Self { diagnostics }
    }

    /// The name for prost-build.
    fn name(&mut self, request: &Request<'_>, is_free: impl Fn(&str) -> bool) -> String {
        if let (Some(asked), Some(span)) = (request.asked, request.span)
            && !is_free(asked)
        {
            self.diagnostics.push(not_free(asked, request.name, span));
        }
        first_free(
            request.asked.unwrap_or(request.name),
            &request.fallback,
            is_free,
        )
    }

    /// Members of a message. `nested` are the Rust names of the types nested in it: the enum of a
    /// oneof stands beside them.
    pub(super) fn of_message(
        &mut self,
        schema: &Schema,
        item: &StructLike,
        nested: &BTreeSet<String>,
    ) -> Option<GivenMembers> {
        let mut given = GivenMembers::default();
        let mut fields = BTreeSet::new();
        self.fields(schema, item, &mut fields, &mut given);
        let mut types = nested.clone();
        for (index, oneof) in item.oneofs.iter().enumerate() {
            let request = Request {
                name: &oneof.name,
                asked: asked_name(&oneof.annotations).map(unraw),
                span: item.fields.first().map(|field| field.name_span),
                fallback: format!("oneof{index}"),
            };
            let name = self.name(&request, |name| {
                !fields.contains(&snake(name)) && !types.contains(&oneof_type(name, nested))
            });
            fields.insert(snake(&name));
            types.insert(oneof_type(&name, nested));
            if name != oneof.name {
                given.oneofs.insert(index, name);
            }
            self.variants(item, index, &mut given);
        }
        (!given.fields.is_empty() || !given.oneofs.is_empty()).then_some(given)
    }

    /// Those that are in no oneof; `fields` gets their names in Rust.
    fn fields(
        &mut self,
        schema: &Schema,
        item: &StructLike,
        fields: &mut BTreeSet<String>,
        given: &mut GivenMembers,
    ) {
        let mut methods = BTreeSet::new();
        for (index, field) in asked_first(&item.fields, |field| field.oneof.is_none()) {
            let name = self.name(&request(field), |name| {
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
    }

    /// The members of a oneof.
    fn variants(&mut self, item: &StructLike, oneof: usize, given: &mut GivenMembers) {
        let mut variants = BTreeSet::new();
        for (index, field) in asked_first(&item.fields, |field| field.oneof == Some(oneof)) {
            let name = self.name(&request(field), |name| !variants.contains(&camel(name)));
            variants.insert(camel(&name));
            if name != field.name {
                given.fields.insert(index, name);
            }
        }
    }

    /// Values of an enum. Of those with one number, prost-build takes the first alone.
    pub(super) fn of_enum(&mut self, ident: &str, item: &Enum) -> Option<GivenMembers> {
        let mut given = GivenMembers::default();
        let mut variants = BTreeSet::new();
        let counts =
            |(index, one): &(usize, &EnumVariant)| item.position_of(one.number) == Some(*index);
        let (asked, others): (Vec<_>, Vec<_>) = (item.variants.iter().enumerate())
            .filter(counts)
            .partition(|(_, one)| asked_name(&one.annotations).is_some());
        for (index, one) in asked.into_iter().chain(others) {
            // prost-build strips the name of the enum in front.
            let asked = asked_name(&one.annotations).map(|name| match value(ident, name) == name {
                true => name.to_owned(),
                false => format!("{ident}{name}"),
            });
            let request = Request {
                name: &one.name,
                asked: asked.as_deref(),
                span: Some(one.name_span),
                fallback: format!("Value{index}"),
            };
            let name = self.name(&request, |name| !variants.contains(&value(ident, name)));
            variants.insert(value(ident, &name));
            if name != one.name {
                given.values.insert(index, name);
            }
        }
        (!given.values.is_empty()).then_some(given)
    }
}

fn request(field: &Field) -> Request<'_> {
    Request {
        name: &field.name,
        asked: asked_name(&field.annotations).map(unraw),
        span: Some(field.name_span),
        fallback: format!("field{}", field.id),
    }
}

/// The fields that are picked, with their positions: first those that ask for a name.
fn asked_first(
    fields: &[Field],
    picks: impl Fn(&Field) -> bool,
) -> impl Iterator<Item = (usize, &Field)> {
    let picked = fields.iter().enumerate().filter(|(_, field)| picks(field));
    let is_asked = |(_, field): &(usize, &Field)| asked_name(&field.annotations).is_some();
    let (asked, others): (Vec<_>, Vec<_>) = picked.partition(is_asked);
    asked.into_iter().chain(others)
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

//! Unions.

use askama::Template;

use crate::plan::{FieldPlan, StructPlan, UnknownFields, literal};

use super::super::doc;
use super::{attributes, known_fields};
use crate::layout;

#[derive(Template)]
#[template(path = "union.rs.j2")]
struct UnionView<'a> {
    docs: String,
    attributes: String,
    ident: &'a str,
    name: String,
    members: Vec<MemberView>,
    /// In the order of the wire.
    wire: Vec<WireView<'a>>,
    unset: &'a str,
    unknown: &'a str,
    keep: Option<KeepView>,
}

struct MemberView {
    docs: String,
    declaration: String,
}

struct WireView<'a> {
    id: i32,
    ident: &'a str,
    decode: String,
}

/// How a member that the IDL does not have is kept.
struct KeepView {
    /// Attributes of what the variant holds, on its line.
    attributes: String,
    /// The constant that lists the members of the IDL.
    known: String,
}

/// The text of a union, `docs` above it.
///
/// # Errors
///
/// Fails when the template does.
pub(super) fn render(plan: &StructPlan<'_>, docs: String) -> askama::Result<String> {
    let wire = plan.wire_order();
    let keep = plan.unknown_fields.as_ref();
    UnionView {
        docs,
        attributes: attributes(&plan.attributes),
        ident: &plan.ident,
        name: literal::string(&plan.name),
        members: plan.fields.iter().map(member).collect(),
        wire: wire.iter().map(|field| on_the_wire(field)).collect(),
        unset: &plan.unset,
        unknown: &plan.unknown,
        keep: keep.map(|keep| kept(&wire, keep)),
    }
    .render()
}

fn member(field: &FieldPlan<'_>) -> MemberView {
    MemberView {
        docs: doc::outer(field.docs, &format!("`{}`", field.idl), 4)
            + &layout::attributes(&field.attributes, 4, 0),
        declaration: layout::variant(&field.ident, &field.ty, 4),
    }
}

fn on_the_wire<'a>(field: &'a FieldPlan<'_>) -> WireView<'a> {
    let args = [
        field.id.to_string(),
        "self".to_owned(),
        format!("Self::{}", field.ident),
    ];
    WireView {
        id: field.id,
        ident: &field.ident,
        decode: layout::call("fields.member", &args, 12, 12, 2),
    }
}

fn kept(wire: &[&FieldPlan<'_>], keep: &UnknownFields) -> KeepView {
    let attributes = keep.attributes.iter().map(|one| format!("{one} "));
    KeepView {
        attributes: attributes.collect(),
        known: known_fields(wire),
    }
}

//! Structs and exceptions, and the arguments of a method.

use askama::Template;
use streamgen_idl::model::StructKind;

use crate::plan::{Expr, FieldPlan, Presence, Rest, StructPlan, UnknownFields, literal};

use super::super::doc;
use super::{attributes, known_fields};
use crate::layout;
use crate::layout::expr::{expr_at, fits_flat, flat};

#[derive(Template)]
#[template(path = "struct.rs.j2")]
struct StructView<'a> {
    docs: String,
    attributes: String,
    ident: &'a str,
    name: String,
    fields: Vec<FieldView>,
    /// In the order of the wire.
    encode: Vec<String>,
    decode: Vec<String>,
    required: usize,
    check_required: String,
    keep: Option<KeepView<'a>>,
    defaults: Option<String>,
    display: Option<DisplayView<'a>>,
}

struct FieldView {
    docs: String,
    declaration: String,
}

/// The field that keeps what the IDL does not have.
struct KeepView<'a> {
    ident: &'a str,
    attributes: String,
    /// The constant that lists the fields of the IDL.
    known: String,
}

/// What an exception says.
struct DisplayView<'a> {
    /// The call that writes it, or what stands before the message.
    write: String,
    /// The field of a message that need not be there.
    optional: Option<&'a str>,
}

/// The text of a struct, `docs` above it.
///
/// # Errors
///
/// Fails when the template does.
pub(super) fn render(plan: &StructPlan<'_>, docs: String) -> askama::Result<String> {
    let wire = plan.wire_order();
    let required: Vec<_> = wire
        .iter()
        .filter(|field| field.presence == Presence::Required)
        .map(|field| (field.id, literal::string(field.name)))
        .collect();
    let keep = plan.unknown_fields.as_ref();
    StructView {
        docs,
        attributes: attributes(&plan.attributes),
        ident: &plan.ident,
        name: literal::string(&plan.name),
        fields: plan.fields.iter().map(field).collect(),
        encode: wire.iter().map(|field| encode(field)).collect(),
        decode: decode(&wire),
        required: required.len(),
        check_required: check_required(&required),
        keep: keep.map(|keep| kept(&wire, keep)),
        defaults: plan.own_default.then(|| defaults(plan)),
        display: (plan.kind == StructKind::Exception).then(|| display(plan)),
    }
    .render()
}

fn field(field: &FieldPlan<'_>) -> FieldView {
    FieldView {
        docs: doc::outer(field.docs, &format!("`{}`", field.idl), 4)
            + &layout::attributes(&field.attributes, 4, 1),
        declaration: layout::field(&field.ident, &field.ty, 4),
    }
}

fn kept<'a>(wire: &[&FieldPlan<'_>], keep: &'a UnknownFields) -> KeepView<'a> {
    KeepView {
        ident: &keep.ident,
        attributes: layout::attributes(&keep.attributes, 4, 1),
        known: known_fields(wire),
    }
}

fn encode(field: &FieldPlan<'_>) -> String {
    let callee = match field.presence {
        Presence::Optional => "sink.optional",
        Presence::Default | Presence::Required => "sink.field",
    };
    let args = [field.id.to_string(), format!("&self.{}", field.ident)];
    layout::call(callee, &args, 8, 8, 1) + ";"
}

fn decode(wire: &[&FieldPlan<'_>]) -> Vec<String> {
    let mut required = 0..;
    let line = |field: &&FieldPlan<'_>| {
        let mut args = vec![field.id.to_string(), format!("&mut self.{}", field.ident)];
        let callee = match field.presence {
            Presence::Optional => "fields.optional",
            Presence::Default => "fields.field",
            Presence::Required => {
                let index = required.next().unwrap_or_default();
                args.push(format!("&mut seen[{index}]"));
                "fields.required"
            }
        };
        layout::call(callee, &args, 12, 12, 2) + "?;"
    };
    wire.iter().map(line).collect()
}

fn check_required(required: &[(i32, String)]) -> String {
    let pair = |(id, name): &(i32, String)| {
        Expr::Tuple(vec![Expr::Atom(id.to_string()), Expr::Atom(name.clone())])
    };
    let list = Expr::Array(required.iter().map(pair).collect());
    let flat_list = format!("&{}", flat(&list));
    if fits_flat(&list) {
        return layout::call(
            "fields.check_required",
            &["&seen".into(), flat_list],
            8,
            8,
            0,
        );
    }
    let list = format!("&{}", expr_at(&list, 12, 13, 1));
    layout::broken_call("fields.check_required", &["&seen".into(), list], 8)
}

/// The body of `default()`.
fn defaults(plan: &StructPlan<'_>) -> String {
    let fallback = || Expr::Atom("::core::default::Default::default()".to_owned());
    let field = |field: &FieldPlan<'_>| {
        let default = field.default.clone().unwrap_or_else(fallback);
        (field.ident.clone(), default)
    };
    let kept = plan.unknown_fields.iter();
    let kept = kept.map(|kept| (kept.ident.clone(), fallback()));
    let all = plan.fields.iter().map(field).chain(kept).collect();
    expr_at(&Expr::Struct("Self".to_owned(), all, Rest::None), 8, 8, 0)
}

/// A string field called `message` is what an exception says. Anything else stays out of logs.
fn display<'a>(plan: &'a StructPlan<'_>) -> DisplayView<'a> {
    let name = plan.name.as_str();
    let mut fields = plan.fields.iter();
    let message = fields.find(|field| field.name == "message" && field.is_string);
    let optional = message.filter(|field| field.presence == Presence::Optional);
    let write = match message {
        Some(field) if optional.is_none() => {
            let text = literal::string(&format!("{name}: {{}}"));
            let args = ["f".to_owned(), text, format!("self.{}", field.ident)];
            layout::call("::core::write!", &args, 8, 8, 0)
        }
        _ => {
            // `?;` behind it
            let tail = if optional.is_some() { 2 } else { 0 };
            layout::call("f.write_str", &[literal::string(name)], 8, 8, tail)
        }
    };
    DisplayView {
        write,
        optional: optional.map(|field| field.ident.as_str()),
    }
}

//! The error of a method with `throws`: its declared exceptions, or any other error.

use askama::Template;

use crate::plan::{ErrorPlan, ExceptionPlan, RustType};

use super::doc;
use crate::layout;

#[derive(Template)]
#[template(path = "method_error.rs.j2")]
struct ErrorView<'a> {
    plan: &'a ErrorPlan<'a>,
    /// Name of the method on the wire.
    method: &'a str,
    variants: Vec<VariantView<'a>>,
    conversions: Vec<ConversionView<'a>>,
    /// Heads of the `impl` blocks.
    display: String,
    error: String,
    throws: String,
}

struct VariantView<'a> {
    docs: String,
    ident: &'a str,
    declaration: String,
    /// Arms of the three functions of `Throws`.
    into_declared: String,
    as_declared: String,
    decode: String,
}

/// One `From`.
struct ConversionView<'a> {
    header: String,
    ty: String,
    variant: &'a str,
    value: &'static str,
}

pub(super) fn render(plan: &ErrorPlan<'_>, method: &str) -> askama::Result<String> {
    let header = |of_trait: RustType| layout::impl_header("", &of_trait, &plan.ident);
    let from = |ty: &RustType, variant, value| ConversionView {
        header: header(RustType::generic("::core::convert::From", [ty.clone()])),
        ty: ty.flat(),
        variant,
        value,
    };
    let declared = plan.exceptions.iter().filter(|one| !one.repeated);
    let mut conversions: Vec<_> = declared
        .map(|one| from(&one.ty, one.variant.as_str(), "e"))
        .collect();
    let other = plan.other.as_str();
    conversions.push(from(&RustType::runtime("Error", []), other, "e"));
    conversions.push(from(
        &RustType::runtime("BizStatusError", []),
        other,
        "e.into()",
    ));
    ErrorView {
        plan,
        method,
        variants: plan.exceptions.iter().map(variant).collect(),
        conversions,
        display: header(RustType::plain("::core::fmt::Display")),
        error: header(RustType::plain("::core::error::Error")),
        throws: header(RustType::runtime("Throws", [])),
    }
    .render()
}

fn variant<'a>(one: &'a ExceptionPlan<'a>) -> VariantView<'a> {
    const DECLARED: &str = "::streamgen_runtime::Declared::new";
    const DECODE: &str = "::streamgen_runtime::Message::decode";
    let ExceptionPlan { variant, field, .. } = one;
    let declared = format!("::core::result::Result::Ok({DECLARED}({}, e))", field.id);
    VariantView {
        docs: doc::outer(&field.docs, &format!("`{}`", field.name), 4),
        ident: variant,
        declaration: layout::variant(variant, &one.ty, 4),
        into_declared: layout::arm(&format!("Self::{variant}(e)"), &declared, 12),
        as_declared: layout::arm(
            &format!("Self::{variant}(e)"),
            "::core::result::Result::Ok(e)",
            12,
        ),
        decode: layout::arm(
            &field.id.to_string(),
            &format!("Self::{variant}({DECODE}(r)?)"),
            12,
        ),
    }
}

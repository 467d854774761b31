//! Enums.

use askama::Template;
use streamgen_idl::model::{DefId, Enum};

use crate::plan::{Expr, Plan, literal};

use super::super::doc;
use super::{attributes, of_the_idl};
use crate::layout;

/// The text of an enum.
///
/// # Errors
///
/// Fails when the template does.
pub(super) fn render(plan: &Plan<'_>, id: DefId, item: &Enum) -> askama::Result<String> {
    EnumView::new(plan, id, item).render()
}

#[derive(Template)]
#[template(path = "enum.rs.j2")]
struct EnumView<'a> {
    docs: String,
    attributes: String,
    ident: &'a str,
    values: Vec<ValueView<'a>>,
    all: String,
    /// Whether serde sees the name.
    as_text: bool,
}

struct ValueView<'a> {
    docs: String,
    ident: &'a str,
    number: i32,
    /// The arm from name to value.
    from_name: String,
    /// The arm from number to name, if this is the number's canonical name.
    to_name: Option<String>,
}

impl<'a> EnumView<'a> {
    fn new(plan: &'a Plan<'_>, id: DefId, item: &'a Enum) -> Self {
        let idents = plan.names.members(id);
        let of_values = plan.enum_value_attributes(id, item);
        let values: Vec<_> = item
            .variants
            .iter()
            .zip(idents)
            .zip(of_values)
            .enumerate()
            .map(|(index, ((variant, ident), attributes))| ValueView {
                docs: doc::outer(&variant.docs, &format!("`{}` of the IDL.", variant.name), 4)
                    + &layout::attributes(&attributes, 4, 0),
                ident,
                number: variant.number,
                from_name: from_name(&variant.name, ident),
                to_name: (item.position_of(variant.number) == Some(index))
                    .then(|| to_name(variant.number, &variant.name)),
            })
            .collect();
        Self {
            docs: doc::outer(&plan.schema.def(id).docs, &of_the_idl(plan, id), 0),
            attributes: attributes(&plan.enum_attributes(id)),
            ident: plan.names.ident(id),
            all: all_values(idents),
            as_text: plan.enums_are_text(),
            values,
        }
    }
}

fn from_name(name: &str, ident: &str) -> String {
    let value = format!("::core::option::Option::Some(Self::{ident})");
    layout::arm(&literal::string(name), &value, 12)
}

fn to_name(number: i32, name: &str) -> String {
    let value = format!("::core::option::Option::Some({})", literal::string(name));
    layout::arm(&number.to_string(), &value, 12)
}

/// The constant that lists the values, without the indentation of its first line.
fn all_values(idents: &[String]) -> String {
    let paths = idents
        .iter()
        .map(|ident| Expr::Atom(format!("Self::{ident}")));
    let list = Expr::Array(paths.collect());
    layout::slice_constant("pub const VALUES: &'static [Self] =", &list, 4)
}

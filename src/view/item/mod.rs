//! Constants, typedefs, enums, structs, unions and exceptions as text.

mod constant;
mod enumeration;
mod structure;
mod union;

use streamgen_idl::model::{DefId, StructKind, Typedef};

use crate::plan::{
    Attributes, Expr, FieldPlan, Item, MethodPlan, ModuleId, Plan, ServicePlan, deprecated,
};

use super::doc;
use crate::layout;
use crate::layout::expr::expr_at;

/// The text of one item, without an empty line around it.
///
/// # Errors
///
/// Fails when a template does.
pub(crate) fn render(plan: &Plan<'_>, module: ModuleId, item: &Item<'_>) -> askama::Result<String> {
    match item {
        Item::Const(id, item) => Ok(constant::render(plan, module, *id, item)),
        Item::Typedef(id, item) => Ok(typedef(plan, module, *id, item)),
        Item::Enum(id, item) => enumeration::render(plan, *id, item),
        Item::Struct(id, item) => {
            let docs = doc::outer(&plan.schema.def(*id).docs, &of_the_idl(plan, *id), 0);
            let found = plan.struct_like(module, *id, item);
            match found.kind {
                StructKind::Union => union::render(&found, docs),
                StructKind::Struct | StructKind::Exception => structure::render(&found, docs),
            }
        }
    }
}

/// The arguments of a method, as a struct.
///
/// # Errors
///
/// Fails when a template does.
pub(crate) fn render_args(
    plan: &Plan<'_>,
    service: &ServicePlan<'_>,
    method: &MethodPlan<'_>,
) -> askama::Result<String> {
    let docs = format!(
        "/// Arguments of `{}` as they stand on the wire.\n#[doc(hidden)]\n",
        method.wire_name
    );
    structure::render(&plan.args_struct(service.module, method), docs)
}

fn of_the_idl(plan: &Plan<'_>, id: DefId) -> String {
    format!("`{}` of the IDL.", plan.schema.def(id).name)
}

/// What stands above a typedef or a constant.
fn docs(plan: &Plan<'_>, id: DefId) -> String {
    let def = plan.schema.def(id);
    let docs = doc::outer(&def.docs, &of_the_idl(plan, id), 0);
    docs + &layout::attributes(&deprecated(&def.annotations), 0, 0)
}

fn typedef(plan: &Plan<'_>, module: ModuleId, id: DefId, item: &Typedef) -> String {
    let docs = docs(plan, id);
    let head = format!("pub type {}", plan.names.ident(id));
    docs + &layout::type_alias(&head, &plan.rust_type(module, &item.target))
}

/// The lines between the documentation of a type and the type.
fn attributes(attributes: &Attributes) -> String {
    let mut text = match attributes.derives.as_slice() {
        [] => String::new(),
        derives => layout::derive(derives, 0) + "\n",
    };
    text.push_str(&layout::attributes(&attributes.lines, 0, 0));
    text
}

/// The constant that lists the fields of the IDL, where others are kept.
fn known_fields(wire: &[&FieldPlan<'_>]) -> String {
    const HEAD: &str = "const KNOWN: &[i16] = &";
    let ids = wire.iter().map(|field| Expr::Atom(field.id.to_string()));
    let ids = expr_at(&Expr::Array(ids.collect()), 8, 8 + HEAD.len(), 1);
    format!("{HEAD}{ids};")
}

//! The module of one namespace, and the root module.

use askama::Template;
use streamgen_idl::FileId;

use crate::plan::{Module, ModuleId, Plan};

use super::{doc, header, idl_name, item};

#[derive(Template)]
#[template(path = "namespace.rs.j2")]
struct NamespaceView<'a> {
    header: String,
    docs: String,
    allows: &'static [&'static str],
    modules: Vec<&'a str>,
    items: Vec<String>,
}

/// Lints that generated code may trip, silenced in the root module for everything below it.
const ALLOWS: &[&str] = &[
    "",
    "// A program rarely uses all that an IDL defines.",
    "#![allow(dead_code, missing_docs)]",
    "// Names that differ only in case or underscores keep the IDL's spelling.",
    "#![allow(non_camel_case_types, non_snake_case, non_upper_case_globals)]",
    "// Comments, constants, and the shape and names of methods are the IDL author's.",
    "#![allow(rustdoc::all, clippy::all)]",
];

/// The text of a namespace's module; `files` are the IDL files with this namespace.
///
/// # Errors
///
/// Fails when a template does.
pub(super) fn render(
    plan: &Plan<'_>,
    id: ModuleId,
    module: &Module,
    files: &[FileId],
) -> askama::Result<String> {
    let items = plan.items(files);
    let items: askama::Result<_> = items
        .iter()
        .map(|item| item::render(plan, id, item))
        .collect();
    let root = module.parent.is_none();
    let mut idls: Vec<_> = files.iter().map(|file| idl_name(plan, *file)).collect();
    if root {
        idls.push(idl_name(plan, plan.schema.root));
    }
    let docs = match (root, files) {
        (true, _) => format!("//! Code generated from `{}`.", idls.join("`, `")),
        (false, [file]) if !plan.schema.file(*file).docs.is_empty() => {
            doc::inner(&plan.schema.file(*file).docs)
        }
        (false, []) => String::new(),
        (false, _) => format!("//! Types of `{}`.", idls.join("`, `")),
    };
    NamespaceView {
        header: header(&idls),
        docs,
        allows: if root { ALLOWS } else { &[] },
        modules: module
            .children
            .iter()
            .map(|id| plan.modules.get(*id).ident.as_str())
            .collect(),
        items: items?,
    }
    .render()
}

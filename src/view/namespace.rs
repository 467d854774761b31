//! The module of one namespace, and the root module.

use askama::Template;
use streamgen_idl::FileId;
use streamgen_idl::model::{DefId, DefinitionKind};

use crate::plan::protobuf::Place;
use crate::plan::{Module, ModuleId, Plan};

use super::{doc, header, idl_name, item};

#[derive(Template)]
#[template(path = "namespace.rs.j2")]
struct NamespaceView<'a> {
    header: String,
    docs: String,
    /// In the root module: lints that an IDL can trip through no fault of the generated code, for
    /// everything below it.
    allows: Option<Allows>,
    /// In the root module: the version of the runtime that the code is made for.
    runtime: Option<&'static str>,
    /// `mod` lines without the word itself: `pub` and name.
    modules: Vec<(&'static str, &'a str)>,
    /// Modules whose items are this one's.
    parts: Vec<&'a str>,
    items: Vec<String>,
}

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
    messages: Option<&str>,
    beside: &Beside,
) -> askama::Result<String> {
    let mut items = items(plan, id)?;
    items.extend(messages.map(str::to_owned));
    items.extend(transported(plan, files));
    let root = module.parent.is_none();
    let mut idls: Vec<_> = files.iter().map(|file| idl_name(plan, *file)).collect();
    if root {
        idls.push(idl_name(plan, plan.schema.root));
        // The root IDL has no namespace of its own where it is a `.proto` without a package.
        idls.dedup();
        beside.add_to(&mut idls);
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
        allows: root.then(|| Allows::new(plan, beside)),
        runtime: root.then_some(RUNTIME_VERSION),
        modules: children(plan, module)
            .map(|child| {
                (
                    if child.is_part() { "" } else { "pub " },
                    child.ident.as_str(),
                )
            })
            .collect(),
        parts: children(plan, module)
            .filter(|child| child.is_part())
            .map(|child| child.ident.as_str())
            .collect(),
        items,
    }
    .render()
}

/// Tool and runtime are released together: the arguments of the runtime's macro `requires!`.
const RUNTIME_VERSION: &str = concat!(
    env!("CARGO_PKG_VERSION_MAJOR"),
    ", ",
    env!("CARGO_PKG_VERSION_MINOR")
);

/// What other jobs of the project say in its one root module.
#[derive(Clone, Debug, Default)]
pub(crate) struct Beside {
    /// File names of the IDL that they were run for.
    pub(crate) idls: Vec<String>,
    /// Which of [`CONDITIONAL_LINTS`] they allow.
    pub(crate) lints: Vec<String>,
}

impl Beside {
    /// Adds their IDL to that of this job: sorted, so that it does not matter which ran last.
    fn add_to(&self, idls: &mut Vec<String>) {
        if !self.idls.is_empty() {
            idls.extend_from_slice(&self.idls);
            idls.sort();
            idls.dedup();
        }
    }
}

const DEPRECATED: &str = "deprecated";
const UNUSED_IMPORTS: &str = "unused_imports";

/// Lints that the root module allows only where the IDL gives a reason.
pub(crate) const CONDITIONAL_LINTS: [&str; 2] = [DEPRECATED, UNUSED_IMPORTS];

/// Those of [`CONDITIONAL_LINTS`] that this plan gives a reason for.
pub(crate) fn lints(plan: &Plan<'_>) -> Vec<&'static str> {
    let has_parts = plan.modules.iter().any(|(_, module)| module.is_part());
    let reasons = [(DEPRECATED, plan.deprecates()), (UNUSED_IMPORTS, has_parts)];
    let given = reasons.iter().filter(|(_, given)| *given);
    given.map(|(lint, _)| *lint).collect()
}

/// Lints that are allowed besides those that always are.
struct Allows {
    /// Where the IDL deprecates something.
    deprecated: bool,
    /// Where a namespace takes several files, or has descriptors.
    unused_imports: bool,
}

impl Allows {
    fn new(plan: &Plan<'_>, beside: &Beside) -> Self {
        let own = lints(plan);
        let allowed = |lint| own.contains(&lint) || beside.lints.iter().any(|other| other == lint);
        Self {
            deprecated: allowed(DEPRECATED),
            unused_imports: allowed(UNUSED_IMPORTS),
        }
    }
}

/// The text of a part of a namespace, which holds `defs`.
///
/// # Errors
///
/// Fails when a template does.
pub(super) fn render_part(plan: &Plan<'_>, id: ModuleId, defs: &[DefId]) -> askama::Result<String> {
    let mut files: Vec<_> = defs.iter().map(|def| plan.schema.def(*def).file).collect();
    files.dedup();
    let idls: Vec<_> = files.iter().map(|file| idl_name(plan, *file)).collect();
    NamespaceView {
        header: header(&idls),
        docs: format!(
            "//! Some of the types of `{}`; the parent module has them all.",
            idls.join("`, `")
        ),
        allows: None,
        runtime: None,
        modules: Vec::new(),
        parts: Vec::new(),
        items: items(plan, id)?,
    }
    .render()
}

/// The text of the module of descriptors, whose constant somebody else has rendered.
///
/// # Errors
///
/// Fails when a template does.
pub(super) fn render_descriptors(plan: &Plan<'_>, constant: &str) -> askama::Result<String> {
    let root = idl_name(plan, plan.schema.root);
    NamespaceView {
        docs: format!("//! The descriptors of `{root}`."),
        header: header(&[root]),
        allows: None,
        runtime: None,
        modules: Vec::new(),
        parts: Vec::new(),
        items: vec![constant.to_owned()],
    }
    .render()
}

fn children<'a>(plan: &'a Plan<'_>, module: &'a Module) -> impl Iterator<Item = &'a Module> {
    module.children.iter().map(|id| plan.modules.get(*id))
}

fn items(plan: &Plan<'_>, id: ModuleId) -> askama::Result<Vec<String>> {
    let items = plan.items(id);
    items
        .iter()
        .map(|item| item::render(plan, id, item))
        .collect()
}

/// The line by which transports take the Protobuf messages of these files; `None` without any.
fn transported(plan: &Plan<'_>, files: &[FileId]) -> Option<String> {
    let definitions = files
        .iter()
        .flat_map(|file| plan.schema.definitions_of(*file));
    let messages = definitions
        .filter(|def| matches!(def.kind, DefinitionKind::Struct(_)) && plan.keeps(def.id));
    let paths = messages.filter_map(|def| match plan.protobuf.place(def.id)? {
        Place::Local { modules, ident } => {
            let path = modules.iter().chain([ident]).map(String::as_str);
            Some(format!("    {},\n", path.collect::<Vec<_>>().join("::")))
        }
        Place::Extern(_) => None,
    });
    let paths: String = paths.collect();
    (!paths.is_empty()).then(|| format!("{RUNTIME_MACRO} {{\n{paths}}}"))
}

/// Braces, because rustfmt leaves what is in them alone.
const RUNTIME_MACRO: &str = "::streamgen_runtime::protobuf_messages!";

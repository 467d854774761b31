//! Names that scaffold files import, and those that they must spell out.

use std::collections::BTreeSet;

use crate::plan::{ModuleId, Plan, RustType, ServicePlan, Start, camel, line_order, unraw};

use super::root::Root;

/// The runtime's items that a scaffold names without a path. No type of an IDL is ever imported
/// beside them: those keep the name of their module in front.
pub(super) const RUNTIME: &str = "::streamgen_runtime::";

/// Crates that scaffold files, or what a user adds to them, name without `::` in front. A module of
/// one of these names that is imported would take the crate's place there.
pub(crate) const CRATES: &[&str] = &[
    "alloc",
    "core",
    "proc_macro",
    "prost",
    "prost_types",
    "serde",
    "std",
    "streamgen_runtime",
    "test",
    "tokio",
];

/// How scaffold files reach one generated module.
#[derive(Debug)]
pub(super) struct Reach<'a> {
    plan: &'a Plan<'a>,
    root: &'a Root,
    /// Modules imported under their own last name.
    imported: Vec<ModuleId>,
}

impl<'a> Reach<'a> {
    /// Imports the module of each given type's namespace, if nothing else goes by its last name.
    ///
    /// The root module, which holds the types of a `.proto` without a package, has no name to be
    /// imported by.
    pub(super) fn new(plan: &'a Plan<'a>, root: &'a Root, modules: &[ModuleId]) -> Self {
        let last = |id: &ModuleId| plan.modules.path(*id).last().map(|name| unraw(name));
        let mut sorted: Vec<_> = modules.to_vec();
        sorted.sort();
        sorted.dedup();
        let alone = |id: &ModuleId| {
            let same = sorted.iter().filter(|other| last(other) == last(id));
            last(id).is_some_and(|name| !CRATES.contains(&name)) && same.count() == 1
        };
        Self {
            plan,
            root,
            imported: sorted.iter().copied().filter(alone).collect(),
        }
    }

    /// The `use` lines, sorted as rustfmt sorts them.
    pub(super) fn imports(&self) -> Vec<String> {
        let line = |id: &ModuleId| {
            format!(
                "use {}::{};",
                self.root.path(),
                self.plan.modules.path(*id).join("::")
            )
        };
        let mut lines: Vec<_> = self.imported.iter().map(line).collect();
        lines.sort_by(|a, b| line_order::paths(a.trim_end_matches(';'), b.trim_end_matches(';')));
        lines
    }

    /// A type written in `module`, as a scaffold reaches it.
    pub(super) fn absolute(&self, module: ModuleId, ty: &RustType) -> RustType {
        let args: Vec<_> = ty
            .args
            .iter()
            .map(|arg| self.absolute(module, arg))
            .collect();
        let path = match ty.start {
            Start::Anywhere => ty.path.clone(),
            Start::Module => self.shortest(&self.names_of(module, &ty.path)),
        };
        RustType::generic(path, args)
    }

    /// The names from the root module down, of a path that `module` writes.
    fn names_of<'p>(&'p self, module: ModuleId, path: &'p str) -> Vec<&'p str> {
        let rest = path.trim_start_matches("super::");
        let ups = (path.len() - rest.len()) / "super::".len();
        let mut names = self.plan.modules.path(module);
        names.truncate(names.len() - ups);
        names.extend(rest.split("::"));
        names
    }

    /// The path to an item of `module`.
    pub(super) fn item(&self, module: ModuleId, name: &str) -> String {
        let mut path = self.plan.modules.path(module);
        path.push(name);
        self.shortest(&path)
    }

    /// A path from the root module, by an import if there is one.
    fn shortest(&self, path: &[&str]) -> String {
        for imported in &self.imported {
            let prefix = self.plan.modules.path(*imported);
            if path.starts_with(&prefix) {
                return path[prefix.len() - 1..].join("::");
            }
        }
        format!("{}::{}", self.root.path(), path.join("::"))
    }
}

/// A type as a scaffold writes it: the runtime's by their last names, which are collected for an
/// import, the standard library's with a path that needs none.
pub(super) fn short(ty: &RustType, imports: &mut BTreeSet<String>) -> RustType {
    let args: Vec<_> = ty.args.iter().map(|arg| short(arg, imports)).collect();
    let path = match ty.path.strip_prefix(RUNTIME) {
        Some(nested) if nested.contains("::") => format!("streamgen_runtime::{nested}"),
        Some(name) => {
            imports.insert(name.to_owned());
            name.to_owned()
        }
        None => match ty.path.as_str() {
            "::std::vec::Vec" => "Vec".to_owned(),
            other => other.trim_start_matches("::").to_owned(),
        },
    };
    RustType::generic(path, args)
}

/// The module that a service's items are imported from: that of its namespace.
pub(super) fn namespace_of(plan: &Plan<'_>, service: &ServicePlan<'_>) -> ModuleId {
    plan.modules.of_file(plan.schema.def(service.def).file)
}

/// The name of the type that implements each service: traits live in modules of their own and may
/// have equal names, their implementors share a file.
pub(super) fn implementors(services: &[&ServicePlan<'_>]) -> Vec<String> {
    let mut names = Vec::new();
    for service in services {
        let name = format!("{}Impl", camel(service.handler_trait.trim_end_matches('_')));
        let numbered = (2..).map(|n| format!("{name}{n}"));
        let free = std::iter::once(name.clone())
            .chain(numbered)
            .find(|n| !names.contains(n));
        names.push(free.unwrap_or(name));
    }
    names
}

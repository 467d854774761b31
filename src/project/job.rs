//! What one run contributes to the project.

use std::collections::BTreeMap;

use streamgen_idl::FileId;

use crate::options::Options;
use crate::plan::{Content, Module as PlannedModule, Plan};
use crate::view;

use super::lock::{Job, Module};
use crate::paths::{file_seen_from, slashes};

impl Job {
    /// The job of a run with these options, which has made `plan`.
    pub(super) fn of(options: &Options, plan: &Plan<'_>) -> Self {
        let modules = plan.modules.iter().map(|(id, module)| {
            let path = slashes(&plan.modules.file_path(id));
            (path, record(options, plan, module))
        });
        Self {
            idl: options.idl_of_project(),
            options: options.flags(),
            lints: view::lints(plan)
                .iter()
                .map(|lint| (*lint).to_owned())
                .collect(),
            modules: modules.collect(),
            ..Self::default()
        }
    }

    /// Whether `other` is the same job, done again or for the first time under the eyes of a lock.
    pub(super) fn replaces(&self, other: &Self) -> bool {
        self.idl == other.idl || other.adopted && self.idl_name() == other.idl_name()
    }

    /// The modules that are declared by the module in the file `parent`.
    pub(super) fn children<'a>(
        &'a self,
        parent: &'a str,
    ) -> impl Iterator<Item = (&'a str, &'a Module)> {
        let children = self.modules.iter();
        let children = children.filter(move |(path, _)| parent_of(path).as_deref() == Some(parent));
        children.map(|(path, module)| (stem(path), module))
    }
}

/// The file of the root module.
pub(super) const ROOT: &str = "mod.rs";

/// The file of the module that declares the one in `path`; `None` for the root.
pub(super) fn parent_of(path: &str) -> Option<String> {
    match path.rsplit_once('/') {
        Some((folder, _)) => Some(format!("{folder}.rs")),
        None => (path != ROOT).then(|| ROOT.to_owned()),
    }
}

fn stem(path: &str) -> &str {
    let name = crate::paths::file_name(path);
    name.strip_suffix(".rs").unwrap_or(name)
}

fn record(options: &Options, plan: &Plan<'_>, module: &PlannedModule) -> Module {
    // The root module exports the descriptors, which are the root IDL's.
    let descriptors = module.parent.is_none() && plan.modules.of_descriptors().is_some();
    let mut files: Vec<FileId> = match &module.content {
        Content::Namespace { files, .. } => files.clone(),
        Content::Service(def) => vec![plan.schema.def(*def).file],
        Content::Part { defs, .. } => defs.iter().map(|def| plan.schema.def(*def).file).collect(),
        Content::Descriptors => vec![plan.schema.root],
    };
    if descriptors {
        files.push(plan.schema.root);
    }
    let mut from: Vec<_> = files
        .iter()
        .map(|file| source(options, plan, *file))
        .collect();
    from.sort();
    from.dedup();
    Module {
        from,
        private: module.is_part(),
    }
}

/// An IDL file as the project sees it; in a descriptor set, and for a file that is built into the
/// tool, its name.
fn source(options: &Options, plan: &Plan<'_>, file: FileId) -> String {
    if file == plan.schema.root {
        return options.idl_of_project();
    }
    let file = plan.schema.file(file);
    match options.descriptor_set.is_none() && file.canonical_path.is_absolute() {
        true => file_seen_from(&options.out_dir, &file.canonical_path),
        false => slashes(&file.path),
    }
}

/// Jobs by the path of a module that they have.
pub(super) fn with_module<'a, 'p>(
    jobs: &'a [Job],
    path: &'p str,
) -> impl Iterator<Item = (&'a Job, &'a Module)> + use<'a, 'p> {
    jobs.iter()
        .filter_map(move |job| Some((job, job.modules.get(path)?)))
}

/// All modules of the jobs, each once.
pub(super) fn modules(jobs: &[Job]) -> BTreeMap<&str, &Module> {
    let all = jobs.iter().flat_map(|job| &job.modules);
    all.map(|(path, module)| (path.as_str(), module)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parents_declare_their_children() {
        assert_eq!(parent_of("mod.rs"), None);
        assert_eq!(parent_of("a.rs").as_deref(), Some("mod.rs"));
        assert_eq!(parent_of("a/b.rs").as_deref(), Some("a.rs"));
        assert_eq!(parent_of("a/b/c.rs").as_deref(), Some("a/b.rs"));
    }
}

//! A project that an older streamgen wrote, which kept no lock file.

use std::path::Path;

use crate::output::Tree;
use crate::view;

use super::job::ROOT;
use super::lock::{Job, Module};
use super::module_text::ModuleText;

/// The job of the last run, as far as the files in `folder` tell: it follows the `mod` lines from the
/// root module. `None` if streamgen did not write that. The IDL is known by its file name only.
///
/// Only that run counts: it declared nothing that earlier ones had made.
pub(super) fn find(tree: Tree<'_>, folder: &Path) -> Option<Job> {
    let root = tree.text(&folder.join(ROOT))?;
    let text = ModuleText::parse(&root)?;
    // The root module names files without a namespace, and last the IDL of the run.
    let idl = text.idl_names().pop()?;
    let lints = view::CONDITIONAL_LINTS.iter().filter(|lint| {
        let line = format!("    {lint},");
        text.head.lines().any(|found| found == line)
    });
    let mut job = Job {
        lints: lints.map(|lint| (*lint).to_owned()).collect(),
        idl,
        adopted: true,
        ..Job::default()
    };
    let mut open = vec![(ROOT.to_owned(), false)];
    while let Some((path, private)) = open.pop() {
        let text = tree.text(&folder.join(&path));
        let Some(parts) = text.as_deref().and_then(ModuleText::parse) else {
            continue;
        };
        if !job.modules.contains_key(&path) {
            open.extend(children(&path, &parts));
            let from = sources(&path, &parts, &job.idl);
            job.modules.insert(path, Module { from, private });
        }
    }
    Some(job)
}

/// The files of the modules that a module declares, and whether they are private.
fn children(path: &str, parts: &ModuleText<'_>) -> Vec<(String, bool)> {
    let below = match path {
        ROOT => String::new(),
        other => other.trim_end_matches(".rs").to_owned() + "/",
    };
    let children = parts.declarations.iter();
    children
        .map(|child| (format!("{below}{}.rs", child.name), !child.public))
        .collect()
}

/// The names of the IDL files whose definitions a module holds. The root module names the IDL of the
/// run, too, which has nothing in it but where that has no namespace.
fn sources(path: &str, parts: &ModuleText<'_>, root_idl: &str) -> Vec<String> {
    let mut from = parts.idl_names();
    if path == ROOT {
        from.pop();
        if from.is_empty() && !parts.items.is_empty() {
            from.push(root_idl.to_owned());
        }
    }
    from
}

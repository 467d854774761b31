//! A project that an older streamgen wrote, which kept no lock file.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::output::read_text;
use crate::view;

use super::job::ROOT;
use super::lock::{Job, Module};
use super::module_text::ModuleText;

/// The job of the last run, as far as the files in `folder` tell: it follows the `mod` lines from the
/// root module. `None` if streamgen did not write that. The IDL is known by its file name only.
///
/// Only that run counts: it declared nothing that earlier ones had made.
pub(super) fn find(folder: &Path) -> Option<Job> {
    let root = read_text(&folder.join(ROOT))?;
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
        options: Vec::new(),
        adopted: true,
        modules: BTreeMap::new(),
    };
    let mut open = vec![(ROOT.to_owned(), false)];
    let mut seen = BTreeSet::new();
    while let Some((path, private)) = open.pop() {
        if !seen.insert(path.clone()) {
            continue;
        }
        let Some(text) = read_text(&folder.join(&path)) else {
            continue;
        };
        let Some(parts) = ModuleText::parse(&text) else {
            continue;
        };
        let below = match path.as_str() {
            ROOT => String::new(),
            other => other.trim_end_matches(".rs").to_owned() + "/",
        };
        let children = parts.declarations.iter();
        open.extend(children.map(|child| (format!("{below}{}.rs", child.name), !child.public)));
        let mut from = parts.idl_names();
        if path == ROOT {
            from.pop();
            if from.is_empty() && !parts.items.is_empty() {
                from.push(job.idl.clone());
            }
        }
        job.modules.insert(path, Module { from, private });
    }
    Some(job)
}

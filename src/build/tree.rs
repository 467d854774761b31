//! The modules that the calls of one build make together, in memory and on disk.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use crate::error::Error;
use crate::generate::Batch;
use crate::output::{FilePlan, Ownership, files_below, raw_text};
use crate::view;

/// What the calls of this program have made, by the folder of the modules. A `build.rs` is a program that
/// runs once, so what an earlier build has left does not count.
static TREES: Mutex<BTreeMap<PathBuf, FilePlan>> = Mutex::new(BTreeMap::new());

/// Adds what `generate` makes to the tree in `out_dir`, and writes the tree.
pub(super) fn grow(
    out_dir: &Path,
    gen_path: &str,
    generate: impl FnOnce(FilePlan) -> Result<Batch, Vec<Error>>,
) -> Result<Batch, Vec<Error>> {
    // A call that panicked has put nothing in.
    let mut trees = TREES.lock().unwrap_or_else(PoisonError::into_inner);
    let folder = out_dir.join(gen_path);
    let batch = generate(trees.get(&folder).cloned().unwrap_or_default())?;
    let plan = as_included(out_dir, gen_path, &batch.files);
    plan.write(out_dir).map_err(|error| vec![error.into()])?;
    trees.insert(folder, batch.files.clone());
    Ok(batch)
}

/// The plan for `out_dir`: the modules of a project, and the file that the macro `include_gen!`
/// includes. An included file cannot have the attributes that the root module begins with, but it
/// can declare that module.
fn as_included(out_dir: &Path, gen_path: &str, project: &FilePlan) -> FilePlan {
    let mut plan = FilePlan::default();
    let folder = Path::new("src").join(gen_path);
    for (path, file) in project.iter().filter(|(path, _)| is_module(path)) {
        if let Ok(below) = path.strip_prefix(&folder) {
            let path = Path::new(gen_path).join(below);
            plan.insert(path, Ownership::Generated, file.contents.clone());
        }
    }
    for path in leftovers(out_dir, Path::new(gen_path), &plan) {
        plan.remove(path);
    }
    let text = format!(
        "{}\n\n#[path = \"{gen_path}/mod.rs\"]\npub mod {gen_path};\n",
        view::header(&[])
    );
    plan.insert(format!("{gen_path}.include.rs"), Ownership::Generated, text);
    plan
}

/// Modules below a folder that are not planned, and that some streamgen has written.
fn leftovers(out_dir: &Path, folder: &Path, plan: &FilePlan) -> Vec<PathBuf> {
    let is_ours = |path: &PathBuf| {
        let text = raw_text(&out_dir.join(path)).unwrap_or_default();
        view::is_generated(&text)
    };
    let files = files_below(out_dir, folder).into_iter();
    let files = files.filter(|path| is_module(path) && plan.get(path).is_none());
    files.filter(is_ours).collect()
}

fn is_module(path: &Path) -> bool {
    path.extension().is_some_and(|suffix| suffix == "rs")
}

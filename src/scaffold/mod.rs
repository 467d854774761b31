//! Files that are written once and then belong to the user: `Cargo.toml`, `src/main.rs`,
//! `src/handler.rs`, `src/lib.rs`.

mod cargo_names;
mod ci;
mod handler;
mod manifest;
mod names;
mod package;
mod program;
mod reading;
mod review;
mod root;
mod workspace;

use std::collections::BTreeSet;
use std::path::Path;

use crate::error::Error;
use crate::note::Note;
use crate::options::Options;
use crate::output::{FilePlan, Ownership, Tree, exists};
use crate::plan::{Plan, ServicePlan};

use reading::{Source, Sources};
use review::New;
use root::Root;

#[cfg(feature = "cli")]
pub(crate) use cargo_names::is_package;
pub(crate) use ci::Workflow;
pub(crate) use names::CRATES;
pub(crate) use workspace::Obstacle;

/// The root of a library.
const LIBRARY: &str = "src/lib.rs";

/// The file of a program that serves.
const PROGRAM: &str = "src/main.rs";

/// The file that new implementations are added to.
const HANDLER: &str = "src/handler.rs";

/// What the scaffold has to say.
#[derive(Debug, Default)]
pub(crate) struct Remarks {
    /// On existing files that lack something, or that have got it.
    pub(crate) notes: Vec<Note>,
    /// What keeps Cargo from building the new package.
    pub(crate) obstacle: Option<Obstacle>,
}

/// Adds the scaffold files to `files`, of a project whose generated code is in the files `modules`, and
/// what existing ones lack. Reads `Cargo.toml` and the sources in the output folder.
///
/// # Errors
///
/// Fails when the package has no name, or a wrong one, when its manifest is none of a package, or when
/// there is no `streamgen-runtime` to point a new `Cargo.toml` to.
pub(crate) fn plan(
    options: &Options,
    plan: &Plan<'_>,
    services: &[&ServicePlan<'_>],
    modules: &BTreeSet<String>,
    files: &mut FilePlan,
    tree: Tree<'_>,
) -> Result<Remarks, Error> {
    let root = Root::of(options);
    let server = options.service.is_some();
    let has_program = server && !options.invoker;
    let cargo_toml = existing(tree, "Cargo.toml");
    let package = cargo_toml.map(|text| package::read(options, &text));
    let package = package.transpose()?;
    let mut remarks = match &package {
        Some(package) => {
            let has_new_program = has_program && existing(tree, PROGRAM).is_none();
            let notes = package::lacks(options, package, has_new_program);
            Remarks {
                notes: notes.into_iter().map(Note::plain).collect(),
                obstacle: None,
            }
        }
        None => new_manifest(options, &root, files)?,
    };
    let mut mount = Mount {
        root: &root,
        tree,
        files,
        notes: &mut remarks.notes,
    };
    match has_program {
        true => mount.plan([PROGRAM, LIBRARY], true, || {
            program::server(options, &root, plan, services)
        })?,
        false => mount.plan([LIBRARY, PROGRAM], false, || {
            program::library(plan, &root, server)
        })?,
    }
    if server {
        let library = package.and_then(|package| package.library());
        // A path that begins with the library's name is one of the root's own then.
        let library = library.filter(|name| root.other_crate() != Some(name));
        let mut sources = Sources::read(&options.out_dir, root.own_module(), library);
        sources.moves = review::moves(&root, plan, services, modules, &sources);
        let scope = (options, &root, plan);
        let notes = handlers(scope, services, modules, &sources, files)?;
        remarks.notes.extend(notes);
    }
    Ok(remarks)
}

/// Plans a new `Cargo.toml`.
fn new_manifest(options: &Options, root: &Root, files: &mut FilePlan) -> Result<Remarks, Error> {
    let (text, note) = manifest::render(options)?;
    let lacking = package::lacks_code(root, &text);
    add(files, "Cargo.toml", text);
    let mut notes: Vec<_> = note.into_iter().collect();
    let obstacle = match (workspace::above(options), lacking) {
        // Cargo stumbles over the folders above first.
        (Some(above), lacking) => {
            notes.extend(lacking);
            Some(above)
        }
        (None, lacking) => lacking.map(|advice| Obstacle {
            manifest: options.out_dir.join("Cargo.toml"),
            advice,
        }),
    };
    Ok(Remarks {
        notes: notes.into_iter().map(Note::plain).collect(),
        obstacle,
    })
}

/// Plans the file for handlers, if there is none and a service needs it, and completes the files that
/// are there.
fn handlers(
    (options, root, plan): (&Options, &Root, &Plan<'_>),
    services: &[&ServicePlan<'_>],
    modules: &BTreeSet<String>,
    sources: &Sources,
    files: &mut FilePlan,
) -> Result<Vec<Note>, Error> {
    let mut new = New {
        program: !exists(&options.out_dir.join(PROGRAM)),
        ..New::default()
    };
    if !exists(&options.out_dir.join(HANDLER)) && sources.unreadable.is_empty() {
        new.handlers = review::without_implementation(root, plan, services, sources);
        if !new.handlers.is_empty() {
            add(files, HANDLER, handler::render(root, plan, &new.handlers)?);
        }
    }
    let outcome = review::review(options, root, plan, services, modules, sources, &new)?;
    for (path, edit) in outcome.edits {
        files.edit(path, edit);
    }
    Ok(outcome.notes)
}

/// Where the generated root module is declared.
struct Mount<'a, 't> {
    root: &'a Root,
    tree: Tree<'t>,
    files: &'a mut FilePlan,
    notes: &'a mut Vec<Note>,
}

impl Mount<'_, '_> {
    /// Plans the first file, which declares the generated root module, or checks that the user's own
    /// does. Where only the other one is there, and has the module, nobody needs it twice, but for a
    /// program.
    fn plan(
        &mut self,
        [path, other]: [&str; 2],
        is_program: bool,
        render: impl FnOnce() -> Result<String, Error>,
    ) -> Result<(), Error> {
        let has = |path| existing(self.tree, path).map(|text| self.declares(&text));
        match (has(path), has(other)) {
            (Some(true), _) | (Some(false), Some(true)) => {}
            (None, Some(true)) if !is_program => {}
            (Some(false), _) => self.notes.push(Note::plain(format!(
                "{path} does not declare `mod {};`",
                self.root.declared().unwrap_or_default()
            ))),
            (None, _) => add(self.files, path, render()?),
        }
        Ok(())
    }

    /// Whether the text of a file declares the generated root module, if that is in this package. Of one
    /// that is no Rust, nobody can tell.
    fn declares(&self, text: &str) -> bool {
        let source = Source::parse("", &[], "", text.to_owned());
        let declares = |source: Source| {
            let module = self.root.declared();
            module.is_none_or(|module| source.declares(module))
        };
        source.map_or(true, declares)
    }
}

fn add(files: &mut FilePlan, path: &str, contents: String) {
    files.insert(path, Ownership::Scaffold, contents);
}

/// The text of a file of the package.
fn existing(tree: Tree<'_>, path: &str) -> Option<String> {
    tree.text(Path::new(path))
}

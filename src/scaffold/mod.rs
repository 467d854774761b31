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
    let mut notes = Vec::new();
    let mut obstacle = None;
    let server = options.service.is_some();
    let cargo_toml = existing(tree, "Cargo.toml");
    let package = cargo_toml.map(|text| package::read(options, &text));
    let package = package.transpose()?;
    match &package {
        Some(package) => {
            let has_new_program = server && existing(tree, PROGRAM).is_none();
            notes.extend(package::lacks(options, package, has_new_program));
        }
        None => {
            let (text, note) = manifest::render(options)?;
            add(files, "Cargo.toml", text);
            notes.extend(note);
            obstacle = workspace::above(options);
        }
    }
    let program = || program::server(options, plan, services);
    match server {
        true => mount(
            options,
            tree,
            [PROGRAM, LIBRARY],
            files,
            &mut notes,
            program,
        )?,
        false => mount(options, tree, [LIBRARY, PROGRAM], files, &mut notes, || {
            program::library(options, plan)
        })?,
    }
    let mut notes: Vec<_> = notes.into_iter().map(Note::plain).collect();
    if server {
        let library = package.and_then(|package| package.library());
        let mut sources = Sources::read(&options.out_dir, &options.gen_path, library);
        sources.moves = review::moves(options, plan, services, modules, &sources);
        notes.extend(handlers(options, plan, services, modules, &sources, files)?);
    }
    Ok(Remarks { notes, obstacle })
}

/// Plans the file for handlers, if there is none and a service needs it, and completes the files that
/// are there.
fn handlers(
    options: &Options,
    plan: &Plan<'_>,
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
        new.handlers = review::without_implementation(options, plan, services, sources);
        if !new.handlers.is_empty() {
            add(
                files,
                HANDLER,
                handler::render(options, plan, &new.handlers)?,
            );
        }
    }
    let outcome = review::review(options, plan, services, modules, sources, &new)?;
    for (path, edit) in outcome.edits {
        files.edit(path, edit);
    }
    Ok(outcome.notes)
}

/// Plans the first file, which declares the generated root module, or checks that the user's own
/// does. Where only the other one is there, and has the module, nobody needs it twice.
fn mount(
    options: &Options,
    tree: Tree<'_>,
    [path, other]: [&str; 2],
    files: &mut FilePlan,
    notes: &mut Vec<String>,
    render: impl FnOnce() -> Result<String, Error>,
) -> Result<(), Error> {
    let has = |path| existing(tree, path).map(|text| declares(options, &text));
    match (has(path), has(other)) {
        (Some(true), _) | (Some(false), Some(true)) => {}
        (None, Some(true)) if options.service.is_none() => {}
        (Some(false), _) => notes.push(format!(
            "{path} does not declare `mod {};`",
            options.gen_path
        )),
        (None, _) => add(files, path, render()?),
    }
    Ok(())
}

/// Whether the text of a file declares the generated root module. Of one that is no Rust, nobody can
/// tell.
fn declares(options: &Options, text: &str) -> bool {
    let source = Source::parse("", &[], "", text.to_owned());
    source.map_or(true, |source| source.declares(&options.gen_path))
}

fn add(files: &mut FilePlan, path: &str, contents: String) {
    files.insert(path, Ownership::Scaffold, contents);
}

/// The text of a file of the package.
fn existing(tree: Tree<'_>, path: &str) -> Option<String> {
    tree.text(Path::new(path))
}

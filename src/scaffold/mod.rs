//! Files that are written once and then belong to the user: `Cargo.toml`, `src/main.rs`,
//! `src/handler.rs`, `src/lib.rs`.

mod cargo_names;
mod handler;
mod manifest;
mod names;
mod package;
mod program;
mod reading;
mod review;
mod workspace;

use std::collections::BTreeSet;

use crate::error::Error;
use crate::options::Options;
use crate::output::{FilePlan, Ownership, read_text};
use crate::plan::{Plan, ServicePlan};

use reading::{Source, Sources};

pub(crate) use names::CRATES;
pub(crate) use workspace::Obstacle;

/// What the scaffold has to say.
#[derive(Debug, Default)]
pub(crate) struct Remarks {
    /// Notes on existing files that lack something.
    pub(crate) notes: Vec<String>,
    /// What keeps Cargo from building the new package.
    pub(crate) obstacle: Option<Obstacle>,
}

/// Adds the scaffold files to `files`, of a project whose generated code is in the files `modules`.
/// Reads `Cargo.toml` and the sources in the output folder.
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
) -> Result<Remarks, Error> {
    let mut remarks = Remarks::default();
    let server = options.service.is_some();
    match existing(options, "Cargo.toml") {
        Some(text) => {
            let has_new_program = server && existing(options, "src/main.rs").is_none();
            remarks.notes = package::check(options, &text, has_new_program)?;
        }
        None => {
            let (text, note) = manifest::render(options)?;
            add(files, "Cargo.toml", text);
            remarks.notes.extend(note);
            remarks.obstacle = workspace::above(options);
        }
    }
    let notes = &mut remarks.notes;
    if !server {
        mount(options, ["src/lib.rs", "src/main.rs"], files, notes, || {
            program::library(options, plan)
        })?;
        return Ok(remarks);
    }
    mount(options, ["src/main.rs", "src/lib.rs"], files, notes, || {
        program::server(options, plan, services)
    })?;
    if existing(options, "src/handler.rs").is_none() {
        let text = handler::render(options, plan, services)?;
        add(files, "src/handler.rs", text);
    }
    let sources = Sources::read(&options.out_dir, &options.gen_path);
    notes.extend(review::review(options, plan, services, modules, &sources)?);
    Ok(remarks)
}

/// Plans the first file, which declares the generated root module, or checks that the user's own
/// does. Where only the other one is there, and has the module, nobody needs it twice.
fn mount(
    options: &Options,
    [path, other]: [&str; 2],
    files: &mut FilePlan,
    notes: &mut Vec<String>,
    render: impl FnOnce() -> Result<String, Error>,
) -> Result<(), Error> {
    let has = |path| existing(options, path).map(|text| declares(options, &text));
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
    let source = Source::parse("", &[], text.to_owned());
    source.map_or(true, |source| source.declares(&options.gen_path))
}

fn add(files: &mut FilePlan, path: &str, contents: String) {
    files.insert(path, Ownership::Scaffold, contents);
}

/// The text of a file of the package.
fn existing(options: &Options, path: &str) -> Option<String> {
    read_text(&options.out_dir.join(path))
}

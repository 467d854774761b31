//! Files that are written once and then belong to the user: `Cargo.toml`, `src/main.rs`,
//! `src/handler.rs`, `src/lib.rs`.

mod cargo_names;
mod handler;
mod manifest;
mod names;
mod package;
mod program;
mod workspace;

use crate::error::Error;
use crate::options::Options;
use crate::output::{FilePlan, Ownership, read_text};
use crate::plan::{Plan, ServicePlan};

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

/// Adds the scaffold files to `files`. Reads `Cargo.toml` and the sources in the output folder.
///
/// # Errors
///
/// Fails when the package has no name, or a wrong one, when its manifest is none of a package, or when
/// there is no `streamgen-runtime` to point a new `Cargo.toml` to.
pub(crate) fn plan(
    options: &Options,
    plan: &Plan<'_>,
    services: &[&ServicePlan<'_>],
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
        // A program that has the module needs no library to have it again.
        if existing(options, "src/main.rs").is_some_and(|text| declares(options, &text)) {
            return Ok(remarks);
        }
        mount(options, "src/lib.rs", files, notes, || {
            program::library(options)
        })?;
        return Ok(remarks);
    }
    mount(options, "src/main.rs", files, notes, || {
        program::server(options, plan, services)
    })?;
    match existing(options, "src/handler.rs") {
        Some(text) => notes.extend(handler::missing(&text, services)),
        None => add(
            files,
            "src/handler.rs",
            handler::render(options, plan, services)?,
        ),
    }
    Ok(remarks)
}

/// Plans the file that declares the generated root module, or checks that the user's own does.
fn mount(
    options: &Options,
    path: &str,
    files: &mut FilePlan,
    notes: &mut Vec<String>,
    render: impl FnOnce() -> Result<String, Error>,
) -> Result<(), Error> {
    match existing(options, path) {
        Some(text) if !declares(options, &text) => {
            notes.push(format!(
                "{path} does not declare `mod {};`",
                options.gen_path
            ));
        }
        Some(_) => {}
        None => add(files, path, render()?),
    }
    Ok(())
}

fn declares(options: &Options, text: &str) -> bool {
    text.contains(&format!("mod {};", options.gen_path))
}

fn add(files: &mut FilePlan, path: &str, contents: String) {
    files.insert(path, Ownership::Scaffold, contents);
}

/// The text of a file of the package.
fn existing(options: &Options, path: &str) -> Option<String> {
    read_text(&options.out_dir.join(path))
}

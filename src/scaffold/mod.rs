//! Files that are written once and then belong to the user: `Cargo.toml`, `src/main.rs`,
//! `src/handler.rs`, `src/lib.rs`.

mod handler;
mod manifest;
mod names;
mod program;

use std::fs;
use std::path::Path;

use crate::error::Error;
use crate::options::Options;
use crate::output::{FilePlan, Ownership};
use crate::plan::{Plan, ServicePlan};

/// Adds the scaffold files to `files`, and returns notes on existing ones that seem to lack
/// something. Reads `Cargo.toml` and the sources in the output folder.
///
/// # Errors
///
/// Fails when the package has no name, or a wrong one, or when there is no `streamgen-runtime` to
/// point a new `Cargo.toml` to.
pub(crate) fn plan(
    options: &Options,
    plan: &Plan<'_>,
    services: &[&ServicePlan<'_>],
    files: &mut FilePlan,
) -> Result<Vec<String>, Error> {
    let mut notes = Vec::new();
    let server = options.service.is_some();
    match existing(options, "Cargo.toml") {
        Some(text) => notes.extend(manifest::check(options, &text)?),
        None => add(files, "Cargo.toml", manifest::render(options)?),
    }
    if !server {
        mount(options, "src/lib.rs", files, &mut notes, || {
            program::library(options, plan)
        })?;
        return Ok(notes);
    }
    mount(options, "src/main.rs", files, &mut notes, || {
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
    Ok(notes)
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
        Some(text) if !text.contains(&format!("mod {};", options.gen_path)) => {
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

fn add(files: &mut FilePlan, path: &str, contents: String) {
    files.insert(path, Ownership::Scaffold, contents);
}

/// The text of a file of the package; `None` also when it cannot be read, which writing reports.
fn existing(options: &Options, path: &str) -> Option<String> {
    let path = options.out_dir.join(Path::new(path));
    fs::read(path)
        .ok()
        .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
}

//! A run, from settings that make sense to files that are written, shown or checked.

use std::path::Path;
use std::time::{Duration, Instant};

use crate::error::Error;
use crate::generate::{Batch, generate_all_watched, read_ast};
use crate::note::NoteSeverity;
use crate::options::Options;
use crate::output::{Action, Change};
use crate::quote::shell_word;

use super::console::{Console, Notice};
use super::mode::Mode;
use super::progress::Progress;
use super::settings::Settings;
use super::{check, diff, message};

/// Does what the command line asks for, which `words` are. Returns whether all of it was done.
pub(super) fn execute(
    console: Console,
    settings: &Settings,
    words: &[String],
) -> Result<bool, Vec<Error>> {
    for warning in &settings.warnings {
        console.notice(Notice::Warning, warning);
    }
    if settings.run.mode == Mode::Emit {
        return emit(console, settings).map_err(|error| vec![error]);
    }
    let generated = generate(console, settings).map_err(|errors| match &settings.file {
        Some(file) => file.placed(errors),
        None => errors,
    })?;
    for (warnings, sources) in &generated.warnings {
        for warning in warnings {
            console.diagnostic(warning, sources);
        }
    }
    let root = settings.out_dir();
    let started = Instant::now();
    let changes = changes(console, settings, &generated).map_err(|error| vec![error])?;
    let took = started.elapsed();
    if settings.run.diff {
        for change in &changes {
            if let Some(text) = diff::of_change(change, &generated.files, root) {
                console.diff(&change.path, &text);
            }
        }
    }
    tell(console, settings, &generated, &changes);
    if settings.run.verbose {
        console.progress(&timings(&generated, took));
    }
    let mut notes = generated.notes.iter();
    let mut success = !notes.any(|note| note.severity == NoteSeverity::Error);
    if settings.run.mode == Mode::Check {
        success &= check::report(console, &generated, &changes, root, words);
    }
    let out = (settings.run.mode == Mode::Write).then_some(root);
    console.finished(success, out, &changes);
    Ok(success)
}

/// Makes the files, in memory.
fn generate(console: Console, settings: &Settings) -> Result<Batch, Vec<Error>> {
    let progress = Progress::start(console);
    generate_all_watched(&settings.jobs, &|idl, part| progress.shows(idl, part))
}

/// Writes them, or compares them with those on disk.
fn changes(console: Console, settings: &Settings, made: &Batch) -> Result<Vec<Change>, Error> {
    let root = settings.out_dir();
    let progress = Progress::start(console);
    progress.shows(root, "disk");
    let changes = match settings.run.mode {
        Mode::Write => made.files.write(root),
        Mode::DryRun | Mode::Check | Mode::Emit => made.files.compare(root),
    };
    Ok(changes?)
}

/// Prints the IDL, and what is wrong with it.
fn emit(console: Console, settings: &Settings) -> Result<bool, Error> {
    for job in &settings.jobs {
        let ast = read_ast(job)?;
        for warning in &ast.warnings {
            console.diagnostic(warning, &ast.sources);
        }
        console.document(&ast.json)?;
    }
    Ok(true)
}

/// What was done, or would be, in words.
fn tell(console: Console, settings: &Settings, generated: &Batch, changes: &[Change]) {
    if settings.run.verbose || settings.run.mode == Mode::DryRun && !settings.run.diff {
        for change in changes {
            let (verb, path) = (message::verb(change.action), change.path.display());
            console.progress(&format!("{verb:>9} {path}"));
        }
    }
    for note in &generated.notes {
        // What a check would insert, it does not.
        if settings.run.mode != Mode::Check || note.severity != NoteSeverity::Note {
            console.notice(note.severity.into(), &note.text);
        }
    }
    let out_dir = settings.out_dir();
    match settings.run.mode {
        Mode::Check | Mode::Emit => return,
        Mode::DryRun => {
            return console.progress(&totals(out_dir, changes, ["would write", "remove"]));
        }
        Mode::Write => console.progress(&totals(out_dir, changes, ["wrote", "removed"])),
    }
    let new_package = changes
        .iter()
        .any(|c| c.action == Action::Create && c.path.as_os_str() == "Cargo.toml");
    if new_package {
        console.progress(&next_step(settings, generated));
    }
}

/// How long each part took, the disk last.
fn timings(generated: &Batch, disk: Duration) -> String {
    let parts = generated.timings.iter().map(|one| (one.part, one.took));
    let parts = parts.chain([("disk", disk)]);
    let parts = parts.map(|(part, took)| format!("{part} {:.1} ms", took.as_secs_f64() * 1e3));
    format!("timings: {}", parts.collect::<Vec<_>>().join(", "))
}

/// How many files are written and removed, which the verbs tell.
fn totals(out_dir: &Path, changes: &[Change], [write, remove]: [&str; 2]) -> String {
    let files = |removed: bool| {
        let touched = changes.iter().map(|change| change.action);
        let count = touched
            .filter(|action| action.touches_disk() && (*action == Action::Remove) == removed)
            .count();
        match count {
            1 => "1 file".to_owned(),
            n => format!("{n} files"),
        }
    };
    let (written, removed, out_dir) = (files(false), files(true), out_dir.display());
    match (written.as_str(), removed.as_str()) {
        ("0 files", "0 files") => format!("{out_dir} is up to date"),
        (_, "0 files") => format!("{write} {written} to {out_dir}"),
        _ => format!("{write} {written} to {out_dir}, {remove} {removed}"),
    }
}

fn next_step(settings: &Settings, generated: &Batch) -> String {
    let out_dir = settings.out_dir();
    let serves = |job: &Options| job.service.is_some() && !job.invoker;
    let command = match settings.jobs.iter().any(serves) {
        true => "cargo run",
        false => "cargo build",
    };
    let command = match out_dir.as_os_str() == "." {
        true => command.to_owned(),
        false => format!("cd {} && {command}", shell_word(&out_dir.to_string_lossy())),
    };
    match &generated.first_edit {
        Some(manifest) => format!("next: edit {} as noted, then {command}", manifest.display()),
        None => format!("next: {command}"),
    }
}

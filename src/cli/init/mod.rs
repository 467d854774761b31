//! `streamgen init`: writes a `streamgen.toml`, of the first of these that there is: IDLs on the command line,
//! the lock of a project, the recorded commands of a Kitex repository, IDLs below the current folder.
//! It asks nothing and overwrites nothing.

mod draft;
mod idls;
mod kitex;
mod lock;
mod package;
mod text;

use std::path::{Path, PathBuf};

use clap::parser::ValueSource;
use clap::{ArgMatches, Command};

use super::console::{Console, Notice};
use super::settings;
use super::settings_file::Key;
use crate::error::Error;
use crate::generate::Workflow;
use crate::options::{CiSystem, RuntimeSource, SETTINGS_FILE};
use crate::output::{Action, Change, FilePlan, Ownership, is_file, read_text};
use crate::paths::slashes;
use crate::quote::shell_word;

use draft::Draft;

/// The name of the subcommand.
pub(super) const NAME: &str = "init";

/// Flags that the subcommand has besides those that become keys.
const OF_INIT: [&str; 4] = ["ci", "man-page", "message-format", "quiet"];

const ABOUT: &str = "Write a streamgen.toml, of the IDLs and flags that are given, or of what the project or a Kitex \
                     repository has recorded, or of the IDLs in this folder";

/// The definition of the subcommand: the flags are those of the command itself.
pub(super) fn definition(command: &Command) -> Command {
    let flags = command.get_arguments().filter(|arg| {
        let own = arg.get_long().is_some_and(|name| OF_INIT.contains(&name));
        arg.is_positional() || own || Key::of(arg).is_some()
    });
    let flags = flags.map(|flag| match (flag.is_positional(), flag.get_long()) {
        (true, _) => flag
            .clone()
            .help("Root IDL files, one job for each; -service serves the first one"),
        (_, Some("out")) => flag
            .clone()
            .help("Folder of the Cargo package, where the file is written"),
        _ => flag.clone(),
    });
    Command::new(NAME)
        .display_name("streamgen-init")
        .about(ABOUT)
        .args_override_self(true)
        .override_usage("streamgen init [flags] [IDL...]")
        .args(flags)
}

/// What is to be told besides what was done.
#[derive(Debug, Default)]
struct Remarks(Vec<(Notice, String)>);

impl Remarks {
    fn warn(&mut self, text: impl Into<String>) {
        self.0.push((Notice::Warning, text.into()));
    }

    fn note(&mut self, text: impl Into<String>) {
        self.0.push((Notice::Note, text.into()));
    }
}

/// Flags in front of the subcommand would be without effect, but for those about messages.
///
/// # Errors
///
/// One sentence when there is one.
pub(super) fn refuse_flags_in_front(matches: &ArgMatches, command: &Command) -> Result<(), String> {
    let mut flags = command.get_arguments().filter_map(|arg| {
        let is_typed =
            matches.value_source(arg.get_id().as_str()) == Some(ValueSource::CommandLine);
        arg.get_long()
            .filter(|name| is_typed && !OF_INIT.contains(name))
    });
    match flags.next() {
        Some(flag) => Err(format!(
            "-{flag} has to stand behind `init`, as in: streamgen init -{flag} …"
        )),
        None => Ok(()),
    }
}

/// Writes the file, unless there is one. `command` is the definition of all flags.
///
/// # Errors
///
/// When there is nothing to make a file of, and when it cannot be written.
pub(super) fn run(
    console: Console,
    matches: &ArgMatches,
    command: &Command,
) -> Result<bool, Vec<Error>> {
    let out = matches.get_one::<PathBuf>("out");
    let out = out.cloned().unwrap_or_else(|| ".".into());
    let mut remarks = Remarks::default();
    let files = plan(matches, command, &out, &mut remarks).map_err(|error| vec![error])?;
    let changes = files.write(&out).map_err(|error| vec![error.into()])?;
    for (notice, text) in remarks.0 {
        console.notice(notice, &text);
    }
    tell(console, &out, &changes);
    console.finished(true, Some(&out), &changes);
    Ok(true)
}

/// The file, and the workflow if one is asked for.
fn plan(
    matches: &ArgMatches,
    command: &Command,
    out: &Path,
    remarks: &mut Remarks,
) -> Result<FilePlan, Error> {
    let mut files = FilePlan::default();
    match is_file(&out.join(SETTINGS_FILE)) {
        true => remarks.note(format!(
            "`{}` is there already, and stays as it is",
            shown(&out.join(SETTINGS_FILE))
        )),
        false => {
            let draft = draft(matches, command, out, remarks)?;
            files.insert(SETTINGS_FILE, Ownership::Scaffold, text::of(&draft));
        }
    }
    if let Some(system) = matches.get_one::<CiSystem>("ci") {
        let manifest = read_text(&out.join("Cargo.toml"));
        let workflow = Workflow {
            system: *system,
            package: out,
            checks: vec!["streamgen -check".to_owned()],
            runtime: matches.get_one::<RuntimeSource>("runtime"),
            manifest: manifest.as_deref(),
        };
        let note = workflow.plan(&mut files)?;
        let note = note.map(|note| (note.severity.into(), note.text));
        remarks.0.extend(note);
    }
    Ok(files)
}

/// Prints the files that were written, and the next step.
fn tell(console: Console, out: &Path, changes: &[Change]) {
    let mut new = changes
        .iter()
        .filter(|change| change.action == Action::Create)
        .peekable();
    if new.peek().is_none() {
        return;
    }
    for change in new {
        console.progress(&format!("wrote {}", shown(&out.join(&change.path))));
    }
    let folder = shell_word(&out.to_string_lossy());
    console.progress(&match folder.as_str() {
        "." => "next: look at it, then streamgen".to_owned(),
        _ => format!("next: look at it, then cd {folder} && streamgen"),
    });
}

fn shown(path: &Path) -> String {
    slashes(path).trim_start_matches("./").to_owned()
}

/// What the file is to say.
fn draft(
    matches: &ArgMatches,
    command: &Command,
    out: &Path,
    remarks: &mut Remarks,
) -> Result<Draft, Error> {
    let folders = matches.get_many::<PathBuf>("include");
    settings::refuse_repositories(folders.into_iter().flatten()).map_err(Error::usage)?;
    let typed = draft::of_command(matches, command, out);
    if let Some(missing) = typed.missing(out) {
        return Err(Error::project(format!("there is no `{missing}`")));
    }
    let mut draft = match typed.jobs.is_empty() {
        false => Draft::default(),
        true => found(command, out, remarks)?,
    };
    draft.add(typed);
    draft.hoist();
    if is_file(&out.join("Cargo.toml")) {
        draft.project.remove("module");
    } else if !draft.project.contains_key("module") {
        draft.set_module(&package::of_folder(out));
    }
    Ok(draft)
}

/// The draft if the user has typed no IDL: of a lock file, of a Kitex repository or of the IDLs that are found.
fn found(command: &Command, out: &Path, remarks: &mut Remarks) -> Result<Draft, Error> {
    if let Some(draft) = lock::draft(command, out, remarks)? {
        return Ok(draft);
    }
    if let Some(draft) = kitex::draft(command, out, remarks) {
        return Ok(draft);
    }
    idls::draft(out, remarks)
}

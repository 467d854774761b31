//! A project with two IDLs, and runs of the tool in it.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};

use crate::files_below::files_below;
use crate::scratch;

pub(crate) const IDL: &str =
    "namespace go shop\nstruct Ask { 1: string text }\nservice Desk { Ask ask(1: Ask ask) }\n";

pub(crate) struct Project {
    pub(crate) dir: PathBuf,
}

impl Project {
    /// A project with two IDLs, as it was committed.
    pub(crate) fn new(test: &str) -> Self {
        let project = Self::empty(test);
        project.succeeds(&["-service=shop", "-runtime=version:0.1", "idl/shop.thrift"]);
        project.succeeds(&["idl/other.thrift"]);
        project
    }

    /// The two IDLs only.
    pub(crate) fn empty(test: &str) -> Self {
        let dir = scratch::folder("check", test);
        fs::create_dir(dir.join("idl")).expect("a folder can be made");
        let project = Self { dir };
        project.write("idl/shop.thrift", IDL);
        project.write("idl/other.thrift", "struct Other {}\n");
        project
    }

    /// The tool without an IDL, in a folder of the project, as somebody else on another machine.
    pub(crate) fn settings_command(&self, folder: &str, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_streamgen"));
        command.args(words).current_dir(self.dir.join(folder));
        of_another_machine(&mut command);
        command
    }

    pub(crate) fn succeeds_with_file(&self, folder: &str) {
        let output = self.settings_command(folder, &[]).output();
        let output = output.expect("the tool runs");
        assert!(output.status.success(), "{}", errors(&output));
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        fs::write(self.dir.join(path), text).expect("it can be written");
    }

    pub(crate) fn text(&self, path: &str) -> String {
        fs::read_to_string(self.dir.join(path)).expect("it is there")
    }

    pub(crate) fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_streamgen"));
        command.args(["-streamx", "-module", "shop"]);
        command.args(words).current_dir(&self.dir);
        command
    }

    pub(crate) fn succeeds(&self, words: &[&str]) {
        let output = self.command(words).output().expect("the tool runs");
        assert!(output.status.success(), "{}", errors(&output));
    }

    pub(crate) fn check(&self) -> Output {
        let words = ["-check", "-service", "shop", "idl/shop.thrift"];
        self.command(&words).output().expect("the tool runs")
    }

    /// Every file with its bytes.
    pub(crate) fn all(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let found = files_below(&self.dir).into_iter().map(|path| {
            let bytes = fs::read(&path).expect("it can be read");
            let below = path.strip_prefix(&self.dir).expect("it is below");
            (below.to_owned(), bytes)
        });
        found.collect()
    }

    /// Every file but those that tell whether commands or a settings file said what to do.
    pub(crate) fn code(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let mut all = self.all();
        all.retain(|(path, _)| {
            !path.ends_with("streamgen.toml") && !path.ends_with("streamgen.lock")
        });
        all
    }
}

/// What the tool has said on standard error.
pub(crate) fn errors(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Gives a command the user, the language and the time zone of another machine.
pub(crate) fn of_another_machine(command: &mut Command) {
    command.env_clear();
    for (name, value) in [
        ("LANG", "tr_TR.UTF-8"),
        ("LC_ALL", "tr_TR.UTF-8"),
        ("TZ", "Asia/Kathmandu"),
        ("HOME", "/nowhere"),
        ("USER", "somebody"),
        ("COLUMNS", "20"),
    ] {
        command.env(name, value);
    }
}

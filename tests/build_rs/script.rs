//! This program, run again as a build script.

use std::env;
use std::path::Path;
use std::process::{Command, Termination};

use streamgen::{BuildError, Generator};

/// The include folders, with a colon between.
const INCLUDE: &str = "STREAMGEN_TEST_INCLUDE";

/// The IDLs, with a colon between those of one call and a semicolon between calls. Without it there is no
/// script to be.
const CALLS: &str = "STREAMGEN_TEST_CALLS";

/// Not a test of its own: the process that the tests start ends here.
#[test]
fn script() {
    if let Ok(calls) = env::var(CALLS) {
        let outcome = calls_of(&calls);
        let status = i32::from(outcome.is_err());
        // What Rust does with what a `main` returns.
        let _ = outcome.report();
        std::process::exit(status);
    }
}

/// A build script's `main`.
fn calls_of(calls: &str) -> Result<(), BuildError> {
    let include = env::var(INCLUDE).unwrap_or_default();
    let folders = include.split(':').filter(|folder| !folder.is_empty());
    let generator = folders.fold(Generator::new().streamx(true), Generator::include);
    calls
        .split(';')
        .try_for_each(|call| generator.compile(&call.split(':').collect::<Vec<_>>()))
}

/// A build script, before it runs.
pub(crate) struct Script {
    command: Command,
}

/// What one has printed.
pub(crate) struct Ran {
    pub(crate) succeeded: bool,
    output: String,
    pub(crate) errors: String,
}

impl Script {
    /// One with this `OUT_DIR`, in the present folder.
    pub(crate) fn new(out_dir: &Path) -> Self {
        let program = env::current_exe().expect("a test has a path");
        let mut command = Command::new(program);
        command.args(["--exact", "script::script", "--nocapture"]);
        command.env("OUT_DIR", out_dir);
        Self { command }
    }

    /// In the folder of another package.
    pub(crate) fn folder(mut self, folder: &Path) -> Self {
        self.command.current_dir(folder);
        self
    }

    pub(crate) fn include(mut self, folders: &[&str]) -> Self {
        self.command.env(INCLUDE, folders.join(":"));
        self
    }

    /// The IDLs of each call.
    pub(crate) fn calls(mut self, calls: &[&[&Path]]) -> Self {
        let call = |idls: &&[&Path]| {
            let idls = idls
                .iter()
                .map(|idl| idl.to_str().expect("a name in UTF-8"));
            idls.collect::<Vec<_>>().join(":")
        };
        let calls: Vec<_> = calls.iter().map(call).collect();
        self.command.env(CALLS, calls.join(";"));
        self
    }

    pub(crate) fn run(mut self) -> Ran {
        let output = self.command.output().expect("it runs");
        let text = |bytes| String::from_utf8(bytes).expect("it is text");
        Ran {
            succeeded: output.status.success(),
            output: text(output.stdout),
            errors: text(output.stderr),
        }
    }
}

impl Ran {
    /// The values of the lines for Cargo with this key.
    pub(crate) fn lines(&self, key: &str) -> Vec<&str> {
        let lines = self.output.lines();
        lines.filter_map(|line| line.strip_prefix(key)).collect()
    }
}

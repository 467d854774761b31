//! The Go program of this folder: both ends of the chain.

use std::io::{BufRead, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::OnceLock;

use crate::kitex_programs;
use crate::spans::Ended;

/// The program, running. Dropping it ends it.
pub(crate) struct Kitex {
    process: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    /// Where its server listens.
    pub(crate) address: String,
}

impl Kitex {
    /// Starts the program. Without Go, prints one line and returns `None`.
    pub(crate) fn start() -> Option<Self> {
        let mut process = Command::new(program()?)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut output = BufReader::new(process.stdout.take().unwrap());
        let mut first = String::new();
        output.read_line(&mut first).unwrap();
        let address = first.trim_end().strip_prefix("listening on ");
        Some(Self {
            input: process.stdin.take().unwrap(),
            address: address.expect("it listens").to_owned(),
            output,
            process,
        })
    }

    /// Sends the program a command line, and returns the spans that the program prints for it.
    pub(crate) fn call(&mut self, line: &str) -> Vec<Ended> {
        writeln!(self.input, "{line}").unwrap();
        let mut spans = Vec::new();
        loop {
            let mut line = String::new();
            let read = self.output.read_line(&mut line).unwrap();
            assert!(read > 0, "the Go program has ended");
            match line.trim_end() {
                "done" => return spans,
                span => spans.push(serde_json::from_str(span).unwrap()),
            }
        }
    }

    /// The span of the call that the program has served last, once that has ended.
    pub(crate) fn served(&mut self) -> Vec<Ended> {
        self.call("server")
    }
}

impl Drop for Kitex {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Builds the program if need be. Its generated code is that of the other Go programs, which are built first.
fn program() -> Option<PathBuf> {
    static BUILT: OnceLock<()> = OnceLock::new();
    kitex_programs::program("peer")?;
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("kitex");
    BUILT.get_or_init(|| build(&folder));
    Some(folder.join("bin/otel"))
}

fn build(folder: &Path) {
    let built = Command::new("go")
        .args(["build", "-o", "bin/otel", "."])
        .current_dir(folder)
        .output();
    let built = built.expect("Go builds the program");
    let errors = String::from_utf8_lossy(&built.stderr);
    assert!(built.status.success(), "go build failed:\n{errors}");
}

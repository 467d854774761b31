//! The Go program of this folder: both ends of the chain.

use std::io::{BufRead, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::OnceLock;

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
    /// `None` without Go, said in one line.
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

    /// Lets it do what the line says, and returns the spans that have ended in it.
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

    /// Waits until the span of a call that it has served has ended, and returns it.
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

/// Builds the program if need be.
fn program() -> Option<PathBuf> {
    static BUILT: OnceLock<bool> = OnceLock::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let built = *BUILT.get_or_init(|| build(root));
    built.then(|| root.join("kitex/bin/otel"))
}

fn build(root: &Path) -> bool {
    if Command::new("go").arg("version").output().is_err() {
        assert!(
            std::env::var_os("STREAMGEN_REQUIRE_INTEROP").is_none(),
            "Go is missing, and STREAMGEN_REQUIRE_INTEROP demands the tests against Kitex"
        );
        // Past the test harness, which would keep the line of a passing test to itself.
        let line = b"skipped: Go is missing, so no trace went through Kitex\n";
        let _ = std::io::stderr().write_all(line);
        return false;
    }
    // The generated code is the other Go module's.
    for (program, args, folder) in [
        ("bash", &["build.sh"][..], root.join("../kitex")),
        ("go", &["build", "-o", "bin/otel", "."], root.join("kitex")),
    ] {
        let built = Command::new(program)
            .args(args)
            .current_dir(folder)
            .output();
        let built = built.unwrap_or_else(|error| panic!("{program} {args:?}: {error}"));
        let errors = String::from_utf8_lossy(&built.stderr);
        assert!(
            built.status.success(),
            "{program} {args:?} failed:\n{errors}"
        );
    }
    true
}

//! What somebody sees when streamgen itself is at fault: one line that asks for a report, instead of a
//! panic's text, and for programs the last object of every run.

use std::panic::{self, AssertUnwindSafe, PanicHookInfo};
use std::process::ExitCode;
use std::sync::{Mutex, PoisonError};

use super::console::{Console, Notice};

/// The exit status of a Rust program that panics; the help names it.
const FAULT: u8 = 101;

/// Where to report it; empty until the manifest says.
const REPOSITORY: &str = env!("CARGO_PKG_REPOSITORY");

/// The first panic: one in a thread that renders leads to others.
static FIRST: Mutex<Option<String>> = Mutex::new(None);

/// Runs the command; a panic on the way becomes an error like any other.
pub(super) fn guarded(console: Console, command: impl FnOnce() -> ExitCode) -> ExitCode {
    panic::set_hook(Box::new(|panic| remember(&describe(panic))));
    let outcome = panic::catch_unwind(AssertUnwindSafe(command));
    drop(panic::take_hook());
    outcome.unwrap_or_else(|_| {
        let mut first = FIRST.lock().unwrap_or_else(PoisonError::into_inner);
        console.notice(Notice::Error, &message(&first.take().unwrap_or_default()));
        console.finished(false, None, &[]);
        ExitCode::from(FAULT)
    })
}

fn remember(description: &str) {
    let mut first = FIRST.lock().unwrap_or_else(PoisonError::into_inner);
    first.get_or_insert_with(|| description.to_owned());
}

/// Text and place, on one line.
fn describe(panic: &PanicHookInfo<'_>) -> String {
    let payload = panic.payload();
    let text = payload
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| payload.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message");
    let text: Vec<_> = text.split_whitespace().collect();
    let place = panic
        .location()
        .map(|at| format!(" at {}:{}", at.file(), at.line()));
    format!("{}{}", text.join(" "), place.unwrap_or_default())
}

fn message(description: &str) -> String {
    let version = env!("CARGO_PKG_VERSION");
    let to = match REPOSITORY {
        "" => String::new(),
        repository => format!(" to {repository}/issues"),
    };
    format!(
        "this is a fault of streamgen {version}; please report it{to} with the command and the IDL: \
         {description}"
    )
}

#[cfg(test)]
mod tests {
    use std::env;
    use std::process::Command;

    use serde_json::Value;

    use super::*;
    use crate::cli::args::MessageFormat;

    /// Says which format the panic below is to be reported in.
    const FORMAT: &str = "STREAMGEN_TEST_OF_PANICS";

    /// Not a test of its own: the process that the tests below start ends here.
    #[test]
    fn panics() {
        let console = match env::var(FORMAT).as_deref() {
            Ok("json") => Console::new(MessageFormat::Json),
            Ok(_) => Console::new(MessageFormat::Human),
            Err(_) => return,
        };
        let command = || {
            let in_a_thread = std::thread::spawn(|| panic!("first\nof all"));
            assert!(in_a_thread.join().is_ok(), "second");
            ExitCode::SUCCESS
        };
        let code = guarded(console, command);
        assert_eq!(code, ExitCode::from(FAULT));
        std::process::exit(i32::from(FAULT));
    }

    /// What the run above prints on stdout and stderr.
    fn run(format: &str) -> (String, String) {
        let output = Command::new(env::current_exe().expect("a test has a path"))
            .args(["--exact", "cli::fault::tests::panics", "--nocapture"])
            .env(FORMAT, format)
            .env("NO_COLOR", "1")
            .output()
            .expect("it runs");
        assert_eq!(output.status.code(), Some(i32::from(FAULT)));
        let text = |bytes| String::from_utf8(bytes).expect("it is text");
        (text(output.stdout), text(output.stderr))
    }

    const REPORT: &str = "please report it";

    #[test]
    fn people_read_one_line() {
        let (_, stderr) = run("human");
        let lines: Vec<_> = stderr.lines().collect();
        let [line] = lines[..] else {
            panic!("{stderr}");
        };
        assert!(
            line.starts_with("error: this is a fault of streamgen"),
            "{line}"
        );
        assert!(line.contains(REPORT), "{line}");
        assert!(line.contains("first of all at src/cli/fault.rs:"), "{line}");
    }

    #[test]
    fn programs_read_two_objects() {
        let (stdout, stderr) = run("json");
        assert_eq!(stderr, "");
        let objects: Vec<Value> = stdout
            .lines()
            .filter_map(|line| serde_json::from_str(line).ok())
            .collect();
        let [error, finished] = &objects[..] else {
            panic!("{stdout}");
        };
        assert_eq!(error["severity"], "error");
        assert!(
            error["message"]
                .as_str()
                .is_some_and(|text| text.contains(REPORT))
        );
        assert_eq!(finished["reason"], "finished");
        assert_eq!(finished["success"], false);
    }
}

//! Work that takes longer than a second is shown on a terminal, on one line that is gone at the end, and
//! nowhere else. The IDL is a pipe, so that the tool waits for it as long as a test wants.
#![cfg(target_os = "linux")]

mod scratch;

use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;
use std::{fs, thread};

/// Nothing is shown within the first second: this is long enough for the line to be there.
const LONG: Duration = Duration::from_millis(1800);

/// A test that waits for a line gives up by then.
const MUCH_TOO_LONG: Duration = Duration::from_secs(60);

const ERASE: &str = "\r\u{1b}[K";

/// A folder with the pipe `slow.thrift`, which holds its text when the sender says so.
fn pipe(test: &str) -> (PathBuf, Sender<()>) {
    let folder = scratch::folder("progress", test);
    let idl = folder.join("slow.thrift");
    let made = Command::new("mkfifo").arg(&idl).status();
    assert!(made.is_ok_and(|status| status.success()), "mkfifo");
    let (sender, receiver): (_, Receiver<()>) = channel();
    thread::spawn(move || {
        let _ = receiver.recv_timeout(MUCH_TOO_LONG);
        fs::write(idl, "struct Slow {}").expect("the tool reads it");
    });
    (folder, sender)
}

fn words(folder: &Path, more: &str) -> String {
    let tool = env!("CARGO_BIN_EXE_streamgen");
    let folder = folder.display();
    format!(
        "'{tool}' {more} -streamx -module slow -runtime version:0.1 -out '{folder}/out' '{folder}/slow.thrift'"
    )
}

/// Runs the tool on a terminal of its own, which script(1) makes; `None`, with a word about it, where that
/// is missing.
fn on_terminal(folder: &Path, more: &str) -> Option<Child> {
    let command = words(folder, more);
    let child = Command::new("script")
        .args(["--quiet", "--return", "--command", &command, "/dev/null"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn();
    match child {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            // Past the test harness, which would keep the line of a passing test to itself.
            let line = b"skipped: script(1) is missing, so no terminal saw the progress\n";
            let _ = std::io::stderr().write_all(line);
            None
        }
        other => Some(other.expect("script(1) runs")),
    }
}

/// What the tool shows on a terminal, when its IDL comes after `LONG`.
fn shown_on_terminal(folder: &Path, idl: &Sender<()>, more: &str) -> Option<String> {
    let mut child = on_terminal(folder, more)?;
    thread::sleep(LONG);
    idl.send(()).expect("the pipe waits");
    let mut shown = String::new();
    let output = child.stdout.as_mut().expect("it is piped");
    output.read_to_string(&mut shown).expect("it can be read");
    assert!(child.wait().expect("it ends").success());
    Some(shown)
}

#[test]
fn a_terminal_shows_one_line_that_is_gone_at_the_end() {
    let (folder, idl) = pipe("terminal");
    let Some(mut child) = on_terminal(&folder, "") else {
        return;
    };
    let mut output = child.stdout.take().expect("it is piped");
    let (mut shown, mut bytes) = (String::new(), [0; 256]);
    loop {
        let count = output.read(&mut bytes).expect("it can be read");
        shown.push_str(&String::from_utf8_lossy(&bytes[..count]));
        // The tool waits for the IDL, and says for how long.
        if shown.matches(" s").count() == 2 || count == 0 {
            break;
        }
    }
    idl.send(()).expect("the pipe waits");
    output.read_to_string(&mut shown).expect("it can be read");
    assert!(child.wait().expect("it ends").success());
    assert!(
        shown.starts_with(&format!("{ERASE}slow.thrift: IDL ")),
        "{shown:?}"
    );
    let (line, after) = shown.rsplit_once(ERASE).expect("it is erased");
    assert!(!line.contains('\n'), "more than one line: {shown:?}");
    assert!(after.starts_with("wrote 5 files to "), "{shown:?}");
}

#[test]
fn nobody_who_wants_quiet_sees_it() {
    let (folder, idl) = pipe("quiet");
    if let Some(shown) = shown_on_terminal(&folder, &idl, "-q") {
        assert_eq!(shown, "");
    }
}

#[test]
fn a_pipe_and_a_program_do_not_get_it() {
    let (folder, idl) = pipe("pipe");
    let mut shell = Command::new("sh");
    let child = shell
        .args(["-c", &words(&folder, "")])
        .stderr(Stdio::piped())
        .spawn();
    let child = child.expect("a shell runs");
    thread::sleep(LONG);
    idl.send(()).expect("the pipe waits");
    let output = child.wait_with_output().expect("it ends");
    let shown = String::from_utf8_lossy(&output.stderr);
    assert!(shown.starts_with("wrote 5 files to "), "{shown:?}");

    let (folder, idl) = pipe("json");
    if let Some(shown) = shown_on_terminal(&folder, &idl, "-message-format json") {
        let finished = "{\"reason\":\"finished\",\"success\":true";
        assert!(shown.starts_with(finished), "{shown:?}");
    }
}

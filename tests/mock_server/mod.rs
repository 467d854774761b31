//! `streamgen mock`, for as long as a test needs it.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

pub(crate) struct MockServer {
    pub(crate) address: String,
    tool: Child,
}

/// Starts a server of an IDL on a free port.
pub(crate) fn start(idl: &str, flags: &[&str]) -> MockServer {
    let mut tool = Command::new(env!("CARGO_BIN_EXE_streamgen"))
        .args(["mock", "-idl", idl, "-addr", "127.0.0.1:0"])
        .args(flags)
        .stdout(Stdio::piped())
        .spawn()
        .expect("the tool starts");
    let mut line = String::new();
    let output = tool.stdout.take().expect("it is piped");
    BufReader::new(output)
        .read_line(&mut line)
        .expect("it says where it serves");
    let address = line.trim_end().rsplit(' ').next();
    MockServer {
        address: address.unwrap_or_default().to_owned(),
        tool,
    }
}

impl MockServer {
    /// The exit status after Ctrl-C.
    pub(crate) fn interrupted(mut self) -> Option<i32> {
        let kill = format!("kill -INT {}", self.tool.id());
        let killed = Command::new("sh").args(["-c", &kill]).status();
        assert!(killed.expect("a shell runs").success());
        self.tool.wait().expect("the tool ends").code()
    }
}

impl Drop for MockServer {
    fn drop(&mut self) {
        // It has ended, if all went well.
        let _ = self.tool.kill();
        let _ = self.tool.wait();
    }
}

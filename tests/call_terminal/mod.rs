//! A terminal, and the tool in it.

use std::fs::{File, OpenOptions};
use std::io::{Read as _, Write as _};
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;
use std::process::{Child, Command};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

/// How long nothing at all may appear before the test gives up.
const SILENCE: Duration = Duration::from_secs(20);

pub(crate) struct Terminal {
    tool: Child,
    keys: File,
    appears: Receiver<String>,
    screen: String,
}

impl Terminal {
    /// Starts the tool.
    pub(crate) fn start(words: &[&str]) -> Self {
        let ours = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("a terminal");
        grantpt(&ours).expect("it is ours");
        unlockpt(&ours).expect("it is ours");
        let name = ptsname(&ours, Vec::new()).expect("it has a name");
        let name = Path::new(std::ffi::OsStr::from_bytes(name.as_bytes())).to_owned();
        let theirs = || {
            let file = OpenOptions::new().read(true).write(true).open(&name);
            file.expect("the other end opens")
        };
        let tool = Command::new(env!("CARGO_BIN_EXE_streamgen"))
            .args(words)
            .env("TERM", "xterm")
            .stdin(theirs())
            .stdout(theirs())
            .stderr(theirs())
            .spawn()
            .expect("the tool starts");
        let keys = File::from(ours);
        let mut shown = keys.try_clone().expect("a second handle");
        let (sender, appears) = mpsc::channel();
        thread::spawn(move || {
            let mut bytes = [0; 4096];
            // An error is the end: the other side has closed the terminal.
            while let Ok(count @ 1..) = shown.read(&mut bytes) {
                let text = String::from_utf8_lossy(&bytes[..count]).into_owned();
                if sender.send(text).is_err() {
                    return;
                }
            }
        });
        Self {
            tool,
            keys,
            appears,
            screen: String::new(),
        }
    }

    pub(crate) fn press(&mut self, keys: &str) {
        self.keys
            .write_all(keys.as_bytes())
            .expect("the tool reads");
    }

    /// Waits until a text appears, behind what was waited for before.
    pub(crate) fn wait(&mut self, text: &str) {
        loop {
            if let Some(at) = self.screen.find(text) {
                self.screen.drain(..at + text.len());
                return;
            }
            match self.appears.recv_timeout(SILENCE) {
                Ok(more) => self.screen.push_str(&more),
                Err(_) => panic!("{text:?} is not in {:?}", self.screen),
            }
        }
    }

    /// The exit status.
    pub(crate) fn end(mut self) -> Option<i32> {
        loop {
            match self.appears.recv_timeout(SILENCE) {
                Ok(_) => {}
                Err(RecvTimeoutError::Timeout) => panic!("the tool does not end"),
                // It has closed the terminal.
                Err(RecvTimeoutError::Disconnected) => break,
            }
        }
        self.tool.wait().expect("the tool ends").code()
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // It has ended, if all went well.
        let _ = self.tool.kill();
        let _ = self.tool.wait();
    }
}

//! Servers of others, for as long as a test needs them.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

/// How long a server may take to say where it listens.
const START: Duration = Duration::from_secs(60);

pub(crate) struct Server {
    pub(crate) address: String,
    process: Child,
}

impl Server {
    /// Starts it, and reads its address from what it prints on either output.
    pub(crate) fn start(command: &mut Command) -> Self {
        let command = command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut process = command.spawn().expect("the server starts");
        let (sender, found) = mpsc::channel();
        let output = process.stdout.take().expect("it is piped");
        let errors = process.stderr.take().expect("it is piped");
        let other = sender.clone();
        thread::spawn(move || watch(output, &sender));
        thread::spawn(move || watch(errors, &other));
        let address = found.recv_timeout(START).expect("it says where it listens");
        Self { address, process }
    }
}

/// Reads to the end, so that the server is never kept waiting.
fn watch(from: impl std::io::Read, found: &mpsc::Sender<String>) {
    for line in BufReader::new(from).lines().map_while(Result::ok) {
        let Some(at) = line.find("127.0.0.1:") else {
            continue;
        };
        let is_part = |letter: &char| letter.is_ascii_digit() || ".:".contains(*letter);
        // Only the first line is waited for.
        let _ = found.send(line[at..].chars().take_while(is_part).collect());
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

//! Child processes, pinned to a core, spoken to in lines.

use crate::candidate::Candidate;
use crate::workload::Load;
use anyhow::Context;
use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

/// Longest wait for a line that is due.
const LINE_LIMIT: Duration = Duration::from_secs(60);
const SERVER_CORE: &str = "0";
const CLIENT_CORE: &str = "1";

/// What to start for a candidate.
#[derive(Clone, Debug)]
pub struct Program {
    candidate: Candidate,
    rust: PathBuf,
}

impl Program {
    /// `rust` is the program that plays every candidate but Kitex.
    pub fn new(candidate: Candidate, rust: PathBuf) -> Self {
        Self { candidate, rust }
    }

    /// Starts the server on core 0, under the command `wrapper` if that is not empty.
    pub fn serve(&self, wrapper: &[&str]) -> anyhow::Result<Server> {
        let (path, args) = self.candidate.program("serve", self.rust.clone())?;
        let mut command: Vec<String> = wrapper.iter().map(|&arg| arg.to_owned()).collect();
        command.extend(["taskset", "-c", SERVER_CORE].map(str::to_owned));
        command.push(path.to_string_lossy().into_owned());
        command.extend(args);
        let mut process = Process::start(&command)?;
        let line = process.line("listening")?;
        let addr = line.trim().to_owned();
        Ok(Server { process, addr })
    }

    /// Starts a client on core 1.
    pub fn load(&self, load: &Load) -> anyhow::Result<Process> {
        let (path, args) = self.candidate.program("load", self.rust.clone())?;
        let mut command = ["taskset", "-c", CLIENT_CORE].map(str::to_owned).to_vec();
        command.push(path.to_string_lossy().into_owned());
        command.extend(args);
        command.extend(load.to_args());
        Process::start(&command)
    }
}

/// A server that has said where it listens.
pub struct Server {
    /// The server's process.
    pub process: Process,
    /// Its address.
    pub addr: String,
}

impl Server {
    /// The server's own allocation counters.
    pub fn counts(&mut self) -> anyhow::Result<HashMap<String, u64>> {
        self.process.say("counts")?;
        values(&self.process.line("counts")?)
    }
}

/// A child process; killed when dropped.
pub struct Process {
    child: Child,
    input: Option<ChildStdin>,
    lines: Receiver<String>,
}

impl Process {
    fn start(command: &[String]) -> anyhow::Result<Self> {
        let mut child = Command::new(&command[0])
            .args(&command[1..])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot start {}", command.join(" ")))?;
        let input = child.stdin.take();
        let output = child.stdout.take().context("no standard output")?;
        Ok(Self {
            child,
            input,
            lines: read_lines(output),
        })
    }

    /// The process id (`taskset` replaces itself by the program it starts).
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Waits for the line that begins with `word` and returns the rest of it.
    pub fn line(&mut self, word: &str) -> anyhow::Result<String> {
        let line = self
            .lines
            .recv_timeout(LINE_LIMIT)
            .with_context(|| format!("no {word:?}"))?;
        let rest = line
            .strip_prefix(word)
            .with_context(|| format!("{word:?} was due: {line}"))?;
        Ok(rest.to_owned())
    }

    /// Writes a line to the process.
    pub fn say(&mut self, line: &str) -> anyhow::Result<()> {
        writeln!(
            self.input.as_mut().context("standard input is closed")?,
            "{line}"
        )?;
        Ok(())
    }

    /// Hangs up and waits for the process to end by itself.
    pub fn finish(mut self) -> anyhow::Result<()> {
        self.input = None;
        self.child.wait()?;
        Ok(())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Fails only if the process has ended already, which is what is wanted.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Reads lines on a thread, so that waiting for one can time out.
fn read_lines(output: ChildStdout) -> Receiver<String> {
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                break;
            }
        }
    });
    receiver
}

/// The `name=number` pairs of a line.
pub fn values(line: &str) -> anyhow::Result<HashMap<String, u64>> {
    line.split_whitespace()
        .map(|pair| {
            let (name, value) = pair.split_once('=').context("name=number was due")?;
            Ok((name.to_owned(), value.parse()?))
        })
        .collect()
}

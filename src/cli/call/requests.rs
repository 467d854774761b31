//! Where the requests of a call come from: the command line, a file, or standard input as it comes.

use std::io::{self, BufRead as _, Read as _};
use std::thread;

use tokio::sync::mpsc::{Receiver, channel};

use super::args::CallArgs;
use super::ending::Ending;
use crate::output::read_text;

/// Longest request, in bytes: what the conversion takes at most.
const MAX_BYTES: u64 = streamgen_dynamic::DEFAULT_MAX_BYTES as u64;

/// Lines that are read ahead of what has been sent: the next one.
const AHEAD: usize = 1;

/// The one request of a call that has one.
pub(super) fn one(args: &CallArgs) -> Result<String, Ending> {
    match (&args.requests[..], &args.file) {
        ([request], None) => Ok(request.clone()),
        ([], Some(file)) if file.as_os_str() == "-" => {
            let mut text = String::new();
            let read = io::stdin()
                .lock()
                .take(MAX_BYTES + 1)
                .read_to_string(&mut text);
            read.map_err(|error| Ending::failure(format!("cannot read standard input: {error}")))?;
            Ok(text)
        }
        ([], Some(_)) => file(args),
        ([], None) => Err(Ending::usage(
            "the request is missing: give it behind the method, in a file with -f FILE, or with -f - on \
             standard input",
        )),
        ([_], Some(_)) => Err(twice()),
        _ => Err(Ending::usage(format!(
            "{} requests are given, and this method takes one",
            args.requests.len()
        ))),
    }
}

/// The requests of a stream of them, each as soon as it is there.
pub(super) enum Requests {
    /// All are there.
    Given(std::vec::IntoIter<String>),
    /// Lines of standard input, from a thread that ends with the process or at the end of the input.
    Lines(Receiver<io::Result<String>>),
}

impl Requests {
    pub(super) fn of(args: &CallArgs) -> Result<Self, Ending> {
        match &args.file {
            Some(_) if !args.requests.is_empty() => Err(twice()),
            Some(path) if path.as_os_str() != "-" => {
                let text = file(args)?;
                let lines: Vec<_> = text.lines().map(str::to_owned).collect();
                Ok(Self::Given(lines.into_iter()))
            }
            None if !args.requests.is_empty() => Ok(Self::Given(args.requests.clone().into_iter())),
            _ => Ok(Self::Lines(read_lines())),
        }
    }

    /// The next request; empty lines are none.
    pub(super) async fn next(&mut self) -> Result<Option<String>, Ending> {
        loop {
            let line = match self {
                Self::Given(lines) => lines.next(),
                Self::Lines(lines) => lines.recv().await.transpose().map_err(|error| {
                    Ending::failure(format!("cannot read standard input: {error}"))
                })?,
            };
            match line {
                Some(line) if line.trim().is_empty() => {}
                line => return Ok(line),
            }
        }
    }
}

fn read_lines() -> Receiver<io::Result<String>> {
    let (sender, receiver) = channel(AHEAD);
    thread::spawn(move || {
        let mut input = io::stdin().lock();
        loop {
            let mut line = String::new();
            let read = (&mut input).take(MAX_BYTES + 1).read_line(&mut line);
            let line = match read {
                Ok(0) => return,
                read => read.map(|_| line),
            };
            let is_last = line.is_err();
            if sender.blocking_send(line).is_err() || is_last {
                return;
            }
        }
    });
    receiver
}

fn file(args: &CallArgs) -> Result<String, Ending> {
    let path = args.file.as_deref().unwrap_or_else(|| "".as_ref());
    let text = read_text(path);
    text.ok_or_else(|| Ending::usage(format!("cannot read `{}`", path.display())))
}

fn twice() -> Ending {
    Ending::usage("requests are given behind the method and with -f: give them in one place")
}

//! Where the requests of a call come from: the command line, a file, or standard input as it comes.

use std::io::{self, BufRead as _, IsTerminal as _, Read as _};
use std::path::Path;
use std::thread;

use tokio::sync::mpsc::{Receiver, channel};

use super::call_args::CallArgs;
use super::ending::Ending;
use super::interactive::Lines;
use super::split::{Request, Splitter};
use crate::output::read_bytes;

/// Longest request, in bytes: what the conversion takes at most.
pub(super) const MAX_BYTES: usize = streamgen_dynamic::DEFAULT_MAX_BYTES;

/// Lines that the thread reads ahead of the request that is being sent.
const AHEAD: usize = 1;

/// What messages call standard input.
const STDIN: &str = "standard input";

/// The one request of a call that has one.
pub(super) fn one(args: &CallArgs) -> Result<Request, Ending> {
    let given: Vec<_> = args.requests().collect();
    match (&given[..], &args.file) {
        ([request], None) => Ok(Request::from(request.as_str())),
        ([], Some(file)) if file.as_os_str() != "-" => {
            let text = file_text(file)?;
            Ok(Request {
                text,
                at: Some((file.display().to_string(), 1, 1)),
            })
        }
        ([], _) => whole_stdin(args),
        (_, Some(_)) => Err(twice()),
        _ => Err(Ending::usage(format!(
            "{} requests are given, and this method takes one",
            given.len()
        ))),
    }
}

fn whole_stdin(args: &CallArgs) -> Result<Request, Ending> {
    let stdin = io::stdin();
    let mut text = String::new();
    // Nobody is kept waiting who does not know for what.
    if args.file.is_some() || !stdin.is_terminal() {
        let mut input = stdin.lock().take(MAX_BYTES as u64 + 1);
        let read = input.read_to_string(&mut text);
        read.map_err(|error| unreadable_stdin(&error))?;
    }
    match text.trim().is_empty() {
        false => Ok(Request {
            text,
            at: Some((STDIN.to_owned(), 1, 1)),
        }),
        true => Err(Ending::usage(
            "the request is missing: give it behind the method, in a file with -f FILE, or on standard input",
        )),
    }
}

/// The requests of a stream of them, each as soon as it is there.
pub(super) struct Requests<'a> {
    ready: Ready<'a>,
    /// Lines of standard input, from a thread that ends with the process or at the end of the input.
    lines: Option<Receiver<io::Result<String>>>,
}

/// What need not be waited for.
enum Ready<'a> {
    Given(std::vec::IntoIter<Request>),
    Split(Splitter),
    /// A user types them.
    Typed(Lines<'a>),
}

impl<'a> Requests<'a> {
    pub(super) fn of(args: &CallArgs) -> Result<Self, Ending> {
        let mut given = args.requests().peekable();
        match &args.file {
            Some(_) if given.peek().is_some() => Err(twice()),
            Some(path) if path.as_os_str() != "-" => {
                let mut splitter = Splitter::new(path.display().to_string(), MAX_BYTES);
                splitter.push(&file_text(path)?);
                splitter.finish();
                Ok(Self::ready(Ready::Split(splitter)))
            }
            None if given.peek().is_some() => {
                let given = given.flat_map(|text| match Some(text) == args.data.as_ref() {
                    true => split(text),
                    false => vec![Request::from(text.as_str())],
                });
                let given: Vec<_> = given.collect();
                Ok(Self::ready(Ready::Given(given.into_iter())))
            }
            _ => Ok(Self {
                ready: Ready::Split(Splitter::new(STDIN, MAX_BYTES)),
                lines: Some(read_lines()),
            }),
        }
    }

    /// Those that a user types.
    pub(super) fn typed(lines: Lines<'a>) -> Self {
        Self::ready(Ready::Typed(lines))
    }

    /// What becomes of the call when a request does not fit: it ends, unless a user can type another.
    pub(super) fn unfit(&self, fault: Ending) -> Result<(), Ending> {
        match &self.ready {
            Ready::Typed(lines) => {
                lines.unfit(&fault);
                Ok(())
            }
            _ => Err(fault),
        }
    }

    fn ready(ready: Ready<'a>) -> Self {
        Self { ready, lines: None }
    }

    /// The next request.
    pub(super) async fn next(&mut self) -> Result<Option<Request>, Ending> {
        loop {
            let splitter = match &mut self.ready {
                Ready::Given(requests) => return Ok(requests.next()),
                Ready::Typed(lines) => return lines.next().await,
                Ready::Split(splitter) => splitter,
            };
            if let Some(request) = splitter.pop() {
                return Ok(Some(request));
            }
            let Some(lines) = &mut self.lines else {
                return Ok(None);
            };
            match lines.recv().await {
                Some(line) => splitter.push(&line.map_err(|error| unreadable_stdin(&error))?),
                None => {
                    splitter.finish();
                    self.lines = None;
                }
            }
        }
    }
}

/// The values of `-d`, which have no place in a file.
fn split(text: &str) -> Vec<Request> {
    let mut splitter = Splitter::new("", MAX_BYTES);
    splitter.push(text);
    splitter.finish();
    let values = std::iter::from_fn(|| splitter.pop());
    values.map(|value| Request { at: None, ..value }).collect()
}

fn read_lines() -> Receiver<io::Result<String>> {
    let (sender, receiver) = channel(AHEAD);
    thread::spawn(move || {
        let mut input = io::stdin().lock();
        loop {
            let mut line = String::new();
            let read = (&mut input).take(MAX_BYTES as u64 + 1).read_line(&mut line);
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

fn unreadable_stdin(error: &io::Error) -> Ending {
    Ending::failure(format!("cannot read standard input: {error}"))
}

fn file_text(path: &Path) -> Result<String, Ending> {
    let shown = path.display();
    let bytes = read_bytes(path).ok_or_else(|| Ending::usage(format!("cannot read `{shown}`")))?;
    // JSON is UTF-8. Other bytes are not replaced: the server would get what the file does not have.
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        Ending::usage(format!(
            "`{shown}` is not UTF-8: see the byte at offset {at}"
        ))
    })
}

fn twice() -> Ending {
    Ending::usage(
        "requests are given behind the method or with -d, and with -f: give them in one place",
    )
}

//! What is being done, while somebody waits for it at a terminal.
//!
//! One line, which a thread of its own writes after the first second and erases at the end. A run that is
//! over by then says nothing, and neither does one whose messages go to a file, a pipe or a program.

use std::io::{self, IsTerminal, Write};
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use super::console::Console;

/// Work that takes longer is shown: about what people wait for without wondering.
const SHOWN_AFTER: Duration = Duration::from_secs(1);

/// How often the line is written anew: often enough that the clock in it is right.
const INTERVAL: Duration = Duration::from_millis(200);

/// More of a line would wrap on a narrow terminal, and what wraps is not erased.
const MAX_WIDTH: usize = 72;

/// Goes to the first column and erases all that is there.
const ERASE: &[u8] = b"\r\x1b[K";

/// A line on the terminal, as long as this lives.
pub(super) struct Progress(Option<Shown>);

struct Shown {
    state: Arc<State>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct State {
    step: Mutex<Step>,
    changed: Condvar,
}

/// What is being done.
#[derive(Default)]
struct Step {
    text: String,
    is_over: bool,
}

impl Progress {
    /// Begins to watch the clock, if somebody would see the line.
    pub(super) fn start(console: Console) -> Self {
        if !console.has_progress() || !io::stderr().is_terminal() {
            return Self(None);
        }
        let state = Arc::new(State::default());
        let of_thread = Arc::clone(&state);
        // A system that starts no thread shows no line.
        let thread = thread::Builder::new().spawn(move || of_thread.show());
        Self(thread.ok().map(|thread| Shown {
            state,
            thread: Some(thread),
        }))
    }

    /// Says what is done from now on.
    pub(super) fn shows(&self, idl: &Path, part: &str) {
        if let Some(shown) = &self.0 {
            let name = idl.file_name().unwrap_or_default().to_string_lossy();
            shown
                .state
                .update(|step| step.text = format!("{name}: {part}"));
        }
    }
}

/// Erases the line, also when the work has panicked.
impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(shown) = &mut self.0 {
            shown.state.update(|step| step.is_over = true);
            let thread = shown.thread.take();
            thread.map(JoinHandle::join).transpose().ok();
        }
    }
}

impl State {
    fn update(&self, change: impl FnOnce(&mut Step)) {
        change(&mut self.step.lock().unwrap_or_else(PoisonError::into_inner));
        self.changed.notify_one();
    }

    /// Keeps the line up to date until the work is over.
    fn show(&self) {
        let started = Instant::now();
        let mut shown = String::new();
        let mut step = self.step.lock().unwrap_or_else(PoisonError::into_inner);
        while !step.is_over {
            let wait = SHOWN_AFTER.saturating_sub(started.elapsed()).max(INTERVAL);
            let waited = self
                .changed
                .wait_timeout_while(step, wait, |step| !step.is_over);
            step = waited.unwrap_or_else(PoisonError::into_inner).0;
            let line = line(&step.text, started.elapsed());
            if !step.is_over && started.elapsed() >= SHOWN_AFTER && line != shown {
                write(&[ERASE, line.as_bytes()].concat());
                shown = line;
            }
        }
        if !shown.is_empty() {
            write(ERASE);
        }
    }
}

/// The line, no longer than a terminal is wide.
fn line(text: &str, elapsed: Duration) -> String {
    let text: String = text
        .chars()
        .filter(|c| !c.is_control())
        .take(MAX_WIDTH)
        .collect();
    format!("{text} {} s", elapsed.as_secs())
}

/// A terminal that is gone cannot be complained to.
fn write(bytes: &[u8]) {
    let mut stderr = io::stderr().lock();
    let _ = stderr.write_all(bytes).and_then(|()| stderr.flush());
}

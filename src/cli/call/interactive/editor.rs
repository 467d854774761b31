//! Lines that a user types, with history and completion, on a thread of their own.

use std::io::{self, IsTerminal as _};
use std::sync::mpsc;
use std::thread;

use rustyline::config::Configurer as _;
use rustyline::error::ReadlineError;
use rustyline::history::MemHistory;
use rustyline::{CompletionType, Config, ExternalPrinter as _};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::complete::Words;
use crate::cli::call::ending::Ending;
use crate::cli::call::print::Above;

/// Most lines that the history keeps. They are forgotten with the session: requests may hold secrets.
const HISTORY: usize = 1000;

/// What a user did.
#[derive(Debug)]
pub(in crate::cli::call) enum Typed {
    Line(String),
    /// Ctrl-C.
    Interrupted,
    /// Ctrl-D, or the end of standard input.
    End,
    Failed(String),
}

/// What is to be typed.
struct Ask {
    prompt: String,
    /// The method whose requests these are.
    within: Option<String>,
}

/// Asks for lines.
pub(in crate::cli::call) struct Editor {
    asks: mpsc::Sender<Ask>,
    lines: UnboundedReceiver<Typed>,
    /// A line was asked for, and nobody has taken it yet.
    asked: bool,
    is_terminal: bool,
}

type Line = rustyline::Editor<Words, MemHistory>;

impl Editor {
    /// Begins. At a terminal, it also gives the way to print above the line that is being typed.
    pub(super) fn start(words: Words) -> Result<(Self, Option<Above>), Ending> {
        let failed = |error: ReadlineError| Ending::failure(error.to_string());
        let config = Config::builder()
            .completion_type(CompletionType::List)
            .auto_add_history(true);
        let history = MemHistory::new();
        let mut line = Line::with_history(config.build(), history).map_err(failed)?;
        line.set_max_history_size(HISTORY).map_err(failed)?;
        line.set_helper(Some(words));
        let above = line.create_external_printer().ok();
        let above = above.map(|mut printer| -> Above {
            // A terminal that is gone shows nothing.
            Box::new(move |text| drop(printer.print(text)))
        });
        let (asks, asked) = mpsc::channel();
        let (typed, lines) = unbounded_channel();
        thread::spawn(move || serve(line, &asked, &typed));
        let editor = Self {
            asks,
            lines,
            asked: false,
            is_terminal: io::stdin().is_terminal(),
        };
        Ok((editor, above))
    }

    pub(super) fn is_terminal(&self) -> bool {
        self.is_terminal
    }

    /// The next line. Cancel safe: a line that was asked for is the next one's.
    pub(in crate::cli::call) async fn line(&mut self, prompt: &str, within: Option<&str>) -> Typed {
        if !self.asked {
            let ask = Ask {
                prompt: format!("{prompt}> "),
                within: within.map(str::to_owned),
            };
            // If the thread is gone, so is its answer.
            let _ = self.asks.send(ask);
            self.asked = true;
        }
        let typed = self.lines.recv().await;
        self.asked = false;
        // The thread has panicked; the user has not ended the input.
        typed.unwrap_or_else(|| Typed::Failed("the line editor has failed".to_owned()))
    }
}

fn serve(mut line: Line, asked: &mpsc::Receiver<Ask>, typed: &UnboundedSender<Typed>) {
    while let Ok(ask) = asked.recv() {
        if let Some(words) = line.helper_mut() {
            words.within = ask.within;
        }
        let answer = match line.readline(&ask.prompt) {
            Ok(text) => Typed::Line(text),
            Err(ReadlineError::Interrupted) => Typed::Interrupted,
            Err(ReadlineError::Eof) => Typed::End,
            Err(error) => Typed::Failed(format!("cannot read standard input: {error}")),
        };
        if typed.send(answer).is_err() {
            return;
        }
    }
}

//! Where messages go: to people on stderr, or to programs on stdout.

use std::io::{self, Write};
use std::path::Path;

use annotate_snippets::{Level, Renderer};
use streamgen_idl::{Diagnostic, SourceMap};

use super::args::MessageFormat;
use super::message::Message;
use crate::error::Error;
use crate::note::NoteSeverity;
use crate::output::Change;
use crate::render;

/// The word in front of a message that has no place in an IDL.
#[derive(Clone, Copy, Debug)]
pub(super) enum Notice {
    Error,
    Warning,
    Note,
}

impl Notice {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }
}

impl From<NoteSeverity> for Notice {
    fn from(severity: NoteSeverity) -> Self {
        match severity {
            NoteSeverity::Error => Self::Error,
            NoteSeverity::Warning => Self::Warning,
            NoteSeverity::Note => Self::Note,
        }
    }
}

impl From<Notice> for Level<'static> {
    fn from(notice: Notice) -> Self {
        match notice {
            Notice::Error => Level::ERROR,
            Notice::Warning => Level::WARNING,
            Notice::Note => Level::NOTE,
        }
    }
}

/// Prints messages in the format that was asked for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Console {
    format: MessageFormat,
    /// Say nothing but errors and warnings.
    quiet: bool,
}

impl Console {
    pub(super) fn new(format: MessageFormat) -> Self {
        Self {
            format,
            quiet: false,
        }
    }

    /// The same, for somebody who wants errors and warnings only.
    pub(super) fn quieted(self, quiet: bool) -> Self {
        Self { quiet, ..self }
    }

    /// Whether a program reads the messages.
    pub(super) fn is_for_programs(self) -> bool {
        self.format == MessageFormat::Json
    }

    /// A message without a place.
    pub(super) fn notice(self, notice: Notice, message: &str) {
        if self.quiet && matches!(notice, Notice::Note) {
            return;
        }
        match self.format {
            MessageFormat::Human => {
                say(&render::title(&Renderer::styled(), notice.into(), message));
            }
            MessageFormat::Json => print(&Message::of_notice(notice, message)),
        }
    }

    /// A message about the IDL, with an empty line behind it as rustc has one.
    pub(super) fn diagnostic(self, found: &Diagnostic, sources: &SourceMap) {
        match self.format {
            MessageFormat::Human => {
                say(&render::diagnostic(&Renderer::styled(), found, sources));
                say("");
            }
            MessageFormat::Json => print(&Message::of_diagnostic(found, sources)),
        }
    }

    /// A line for people only: what programs need of it is in [`finished`](Self::finished).
    pub(super) fn progress(self, line: &str) {
        if self.has_progress() {
            say(line);
        }
    }

    /// Whether somebody wants to know what is being done.
    pub(super) fn has_progress(self) -> bool {
        self.format == MessageFormat::Human && !self.quiet
    }

    /// What was asked for instead of code, on stdout.
    ///
    /// # Errors
    ///
    /// When it cannot be written: half of it would be taken for all. That nobody wants to read on, as
    /// behind `| head`, is no fault.
    pub(super) fn document(self, text: &str) -> Result<(), Error> {
        let mut stdout = io::stdout().lock();
        let written = stdout.write_all(text.as_bytes());
        match written.and_then(|()| stdout.flush()) {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Error::output(&error)),
            _ => Ok(()),
        }
    }

    /// What changes in a file, on stdout whoever reads it.
    pub(super) fn diff(self, path: &Path, text: &str) {
        match self.format {
            MessageFormat::Human => {
                let _ = io::stdout().lock().write_all(text.as_bytes());
            }
            MessageFormat::Json => print(&Message::of_diff(path, text)),
        }
    }

    /// The last line of a run that failed, for people only.
    pub(super) fn failed(self, line: &str) {
        if self.format == MessageFormat::Human {
            self.notice(Notice::Error, line);
        }
    }

    /// The last message of a run, for programs only. `out` is where the files are; `None` when nothing
    /// was written.
    pub(super) fn finished(self, success: bool, out: Option<&Path>, changes: &[Change]) {
        if self.format == MessageFormat::Json {
            print(&Message::finished(success, out, changes));
        }
    }
}

/// Text for people, on stderr: stdout stays free for what programs read. Colours are dropped where
/// nobody could see them, and when `NO_COLOR` is set. A stderr that is gone cannot be complained to.
fn say(text: &str) {
    let _ = writeln!(anstream::AutoStream::auto(io::stderr()), "{text}");
}

/// A line for programs, on stdout. If nobody reads it there is nobody to tell.
fn print(message: &Message<'_>) {
    let mut stdout = io::stdout().lock();
    if serde_json::to_writer(&mut stdout, message).is_ok() {
        let _ = stdout.write_all(b"\n");
    }
}

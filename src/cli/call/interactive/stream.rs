//! The requests of a stream, as a user types them.

use super::editor::{Editor, Typed};
use super::word::split;
use crate::cli::call::ending::Ending;
use crate::cli::call::print::Printer;
use crate::cli::call::split::Request;

/// Lines of an editor, each of which is a request.
pub(in crate::cli::call) struct Lines<'a> {
    pub(super) editor: &'a mut Editor,
    pub(super) printer: &'a Printer,
    pub(super) method: String,
    /// A request behind the method's name.
    pub(super) first: Option<Request>,
    pub(super) is_over: bool,
}

impl Lines<'_> {
    /// The next request; `None` when no more come.
    ///
    /// # Errors
    /// The user cancels the call.
    pub(in crate::cli::call) async fn next(&mut self) -> Result<Option<Request>, Ending> {
        if let Some(first) = self.first.take() {
            return Ok(Some(first));
        }
        while !self.is_over {
            let line = match self.editor.line(&self.method, Some(&self.method)).await {
                Typed::Line(line) => line,
                Typed::End => break,
                Typed::Interrupted => return Err(Ending::interrupted()),
                Typed::Failed(text) => return Err(Ending::failure(text)),
            };
            match split(line.trim()).0 {
                "" => {}
                ".end" => break,
                ".cancel" => return Err(Ending::interrupted()),
                word if word.starts_with('.') => {
                    let text = format!("error: no command `{word}` here: .end and .cancel are");
                    self.printer.note(&text);
                }
                _ => return Ok(Some(Request::from(line.as_str()))),
            }
        }
        self.is_over = true;
        Ok(None)
    }

    /// A request that does not fit is told, and the stream goes on.
    pub(in crate::cli::call) fn unfit(&self, fault: &Ending) {
        let text = fault.text.as_deref().unwrap_or_default();
        self.printer.note(&format!("error: {text}"));
    }
}

//! The messages that a client sends on a stream, received by a mock.

use std::sync::Arc;

use crate::error::{Error, ErrorKind, Result};

/// How many messages of one call a mock holds, where an answer waits for all of them. A handler of the
/// test's own, by `runs`, takes as many as it likes.
pub const MAX_MESSAGES: usize = 10_000;

/// Adds a message to those of its call.
///
/// # Errors
/// The call has sent [`MAX_MESSAGES`] messages already.
pub(super) fn collect<Req>(messages: &mut Vec<Req>, message: Req) -> Result<()> {
    if messages.len() == MAX_MESSAGES {
        let text = format!(
            "the mock holds no more than {MAX_MESSAGES} messages of a call: answer this one by `runs`"
        );
        return Err(Error::new(ErrorKind::ResourceExhausted, 0, text));
    }
    messages.push(message);
    Ok(())
}

/// Messages to send, and what the call ends with behind them.
pub(super) struct Sent<Res> {
    messages: Arc<[Res]>,
    end: Option<Error>,
}

impl<Res> Sent<Res> {
    pub(super) fn new(messages: impl IntoIterator<Item = Res>, end: Option<Error>) -> Self {
        Self {
            messages: messages.into_iter().collect(),
            end,
        }
    }

    pub(super) fn messages(&self) -> &[Res] {
        &self.messages
    }

    pub(super) fn end(self) -> Result<()> {
        self.end.map_or(Ok(()), Err)
    }
}

impl<Res> Clone for Sent<Res> {
    fn clone(&self) -> Self {
        Self {
            messages: Arc::clone(&self.messages),
            end: self.end.clone(),
        }
    }
}

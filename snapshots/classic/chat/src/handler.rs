//! The handlers. This file is yours: streamgen wrote it once, and adds what the IDL gets.

use streamgen_runtime::{Error, Result, ServerStreamingServer};

use crate::stream_gen::chat;

/// Answers `Chat`.
#[derive(Clone, Debug, Default)]
pub struct ChatImpl;

impl chat::chat::Chat for ChatImpl {
    async fn answer(
        &self,
        _req: chat::Prompt,
        _stream: ServerStreamingServer<chat::Token>,
    ) -> Result<()> {
        let error = Error::application("Chat.Answer is not implemented");
        Err(error)
    }
}

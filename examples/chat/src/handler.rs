//! The handler.

use std::time::Duration;

use streamgen_runtime::{Context, Message, Result, ServerStreamingServer};
use tokio::sync::mpsc;
use tokio::time::sleep;

use crate::stream_gen::chat::chat::Chat;
use crate::stream_gen::chat::{Prompt, Token};
use crate::thrift_gen::chat::thrift_chat::ThriftChat;
use crate::thrift_gen::chat::{self as thrift};

const ANSWER: &str = "A stream carries many messages in one call . Either side may end it .";

/// A model that thinks a moment about each token.
#[derive(Clone, Debug)]
pub struct Model {
    /// Where a cancelled answer is reported, with the number of tokens that were sent.
    pub stopped: mpsc::UnboundedSender<u32>,
}

impl Chat for Model {
    async fn answer(
        &self,
        cx: Context,
        req: Prompt,
        stream: ServerStreamingServer<Token>,
    ) -> Result<()> {
        println!("server: asked: {} ({})", req.text, cx.protocol());
        let token = |index, text| Token { text, index };
        self.speak(&cx, stream, token).await
    }
}

impl ThriftChat for Model {
    async fn answer(
        &self,
        cx: Context,
        prompt: thrift::Prompt,
        stream: ServerStreamingServer<thrift::Token>,
    ) -> Result<()> {
        println!("server: asked: {} ({})", prompt.text, cx.protocol());
        let token = |index: u32, text: String| thrift::Token {
            text: text.into(),
            index: index.cast_signed(),
        };
        self.speak(&cx, stream, token).await
    }
}

impl Model {
    /// Sends the answer, token by token, until the caller has read enough.
    async fn speak<T: Message>(
        &self,
        cx: &Context,
        mut stream: ServerStreamingServer<T>,
        token: impl Fn(u32, String) -> T,
    ) -> Result<()> {
        for (index, word) in (0..).zip(ANSWER.split(' ')) {
            stream.send(token(index, word.to_owned())).await?;
            // The handler thinks until it is done, or until the caller has cancelled.
            tokio::select! {
                () = think(index) => {}
                reason = cx.cancelled() => {
                    // Nobody may be waiting for the report.
                    let _ = self.stopped.send(index + 1);
                    return Err(reason);
                }
            }
        }
        Ok(())
    }
}

/// The model thinks about the fifth token for an hour, so that this program ends soon only if the handler sees
/// the cancel at once.
async fn think(index: u32) {
    let hard = index == 4;
    let time = if hard {
        Duration::from_secs(3600)
    } else {
        Duration::from_millis(5)
    };
    sleep(time).await;
}

//! The calls, and their handlers.

use anyhow::ensure;
use stream_gen::shapes::shapes::{Shapes, ShapesClient};
use stream_gen::shapes::{Count, Message};
use streamgen_runtime::{
    BidiStreamingServer, Bytes, ClientStreamingServer, Context, Result, ServerStreamingServer,
};

use crate::Shape;

// Names the generated files by their absolute path: they begin with inner attributes, which `include!` does not
// allow.
include!(concat!(env!("OUT_DIR"), "/stream_gen.rs"));

/// The payload of what the handlers send.
const PAYLOAD: &[u8] = &[0; 16];

pub(crate) struct Handler;

impl Shapes for Handler {
    async fn call(&self, _: Context, message: Message) -> Result<Message> {
        Ok(message)
    }

    async fn unary(&self, _: Context, message: Message) -> Result<Message> {
        Ok(message)
    }

    async fn collect(&self, _: Context, mut from: ClientStreamingServer<Message>) -> Result<Count> {
        let mut messages = 0;
        while from.recv().await?.is_some() {
            messages += 1;
        }
        Ok(Count { messages })
    }

    async fn watch(
        &self,
        _: Context,
        count: Count,
        mut to: ServerStreamingServer<Message>,
    ) -> Result<()> {
        let payload = Bytes::from_static(PAYLOAD);
        for _ in 0..count.messages {
            let payload = payload.clone();
            to.send(Message { payload }).await?;
        }
        Ok(())
    }

    async fn echo(
        &self,
        _: Context,
        mut both: BidiStreamingServer<Message, Message>,
    ) -> Result<()> {
        while let Some(message) = both.recv().await? {
            both.send(message).await?;
        }
        Ok(())
    }
}

/// Makes one call with so many messages.
pub(crate) async fn make(
    client: &ShapesClient,
    shape: Shape,
    messages: usize,
) -> anyhow::Result<()> {
    let payload = Bytes::from_static(PAYLOAD);
    let message = || Message {
        payload: payload.clone(),
    };
    let mut received = 0;
    match shape {
        Shape::Call => received += client.call(message()).await?.payload.len() / PAYLOAD.len(),
        Shape::Unary => received += client.unary(message()).await?.payload.len() / PAYLOAD.len(),
        Shape::Client => {
            let mut stream = client.collect().await?;
            for _ in 0..messages {
                stream.send(message()).await?;
            }
            received = usize::try_from(stream.close_and_recv().await?.messages)?;
        }
        Shape::Server => {
            let messages = i32::try_from(messages)?;
            let mut stream = client.watch(Count { messages }).await?;
            while stream.recv().await?.is_some() {
                received += 1;
            }
        }
        Shape::Bidi => {
            let mut stream = client.echo().await?;
            for _ in 0..messages {
                stream.send(message()).await?;
                received += usize::from(stream.recv().await?.is_some());
            }
            stream.close_send().await?;
            ensure!(stream.recv().await?.is_none(), "the server sends too much");
        }
    }
    ensure!(received == messages, "{received} messages of {messages}");
    Ok(())
}

//! A service whose handlers do what the first message says, in step with the client.

use streamgen_runtime::middleware::ContextMap;
use streamgen_runtime::{
    BidiStreamingServer, BizStatusError, ClientStreamingServer, Context, Error, Result,
    ServerStreamingServer,
};

use crate::gates::Gates;
use crate::recorder::Log;
use crate::stream_gen::events::Note;
use crate::stream_gen::events::events::Events;
use crate::talk::{Ending, TEXTS};

/// The handlers.
#[derive(Debug, Default)]
pub struct Handler {
    gates: Gates,
}

impl Handler {
    /// Says that the handler runs, and waits until the client lets it go on.
    async fn begins(&self, cx: &Context, first: &Note) -> Ending {
        let map = cx.extensions().get::<ContextMap>();
        if let Some(log) = map.and_then(ContextMap::get::<Log>) {
            log.belongs_to(&first.talk);
        }
        self.gates.open(&first.talk, "begun");
        self.gates.wait(&first.talk, "answer").await;
        Ending::named(&first.ending).unwrap_or(Ending::Normal)
    }

    /// Returns what the handler ends with, once the client lets it end.
    async fn ends(&self, talk: &str, ending: Ending) -> Result<()> {
        self.gates.wait(talk, "end").await;
        match ending {
            Ending::Normal => Ok(()),
            Ending::Biz => Err(BizStatusError::new(404, "not here").into()),
            Ending::Error | Ending::Cancel | Ending::Deadline => Err(Error::application("failed")),
            Ending::Panic => panic!("as asked"),
        }
    }
}

fn answer(text: &'static str) -> Note {
    Note {
        text: text.into(),
        ..Note::default()
    }
}

fn no_message() -> Error {
    Error::application("no message")
}

fn a_message_more(_: Note) -> Result<()> {
    Err(Error::application("a message more"))
}

impl Events for Handler {
    async fn unary(&self, cx: Context, req: Note) -> Result<Note> {
        let ending = self.begins(&cx, &req).await;
        self.ends(&req.talk, ending).await?;
        Ok(answer("answer"))
    }

    async fn client(&self, cx: Context, mut stream: ClientStreamingServer<Note>) -> Result<Note> {
        let first = stream.recv().await?.ok_or_else(no_message)?;
        let ending = self.begins(&cx, &first).await;
        stream.recv().await?.ok_or_else(no_message)?;
        self.gates.open(&first.talk, "heard");
        if !ending.is_given_up() {
            self.ends(&first.talk, ending).await?;
        }
        stream.recv().await?.map_or(Ok(()), a_message_more)?;
        Ok(answer("answer"))
    }

    async fn server(
        &self,
        cx: Context,
        req: Note,
        mut stream: ServerStreamingServer<Note>,
    ) -> Result<()> {
        let ending = self.begins(&cx, &req).await;
        for text in TEXTS {
            stream.send(answer(text)).await?;
        }
        self.ends(&req.talk, ending).await
    }

    async fn bidi(&self, cx: Context, mut stream: BidiStreamingServer<Note, Note>) -> Result<()> {
        let first = stream.recv().await?.ok_or_else(no_message)?;
        let ending = self.begins(&cx, &first).await;
        stream.send(answer(TEXTS[0])).await?;
        stream.recv().await?.ok_or_else(no_message)?;
        stream.send(answer(TEXTS[1])).await?;
        if !ending.is_given_up() {
            self.ends(&first.talk, ending).await?;
        }
        stream.recv().await?.map_or(Ok(()), a_message_more)
    }

    async fn open(&self, _: Context, gate: Note) -> Result<()> {
        self.gates.open(&gate.talk, &gate.text);
        Ok(())
    }

    async fn wait(&self, _: Context, gate: Note) -> Result<()> {
        self.gates.wait(&gate.talk, &gate.text).await;
        Ok(())
    }
}

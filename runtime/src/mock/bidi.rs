//! Calls with many messages both ways.

use std::marker::PhantomData;
use std::sync::Arc;

use super::collecting::Sent;
use super::expected::{Expected, Recorded, Requests};
use super::terms::{Terms, of_terms, terms_methods};
use crate::codec::Message;
use crate::error::{Error, Result};
use crate::streaming::BidiStreamingServer;

/// Expects calls of a bidirectional streaming method.
#[must_use = "it counts once it says what answers, as by `sends`"]
pub struct ExpectBidiStreaming<Req, Res> {
    terms: Terms,
    types: PhantomData<fn(Req) -> Res>,
}

impl<Req: Message + Clone, Res: Message> ExpectBidiStreaming<Req, Res> {
    terms_methods!();

    /// Sends the messages at once, receives what the client sends, and ends the stream when the client has
    /// sent all.
    pub fn sends(self, messages: impl IntoIterator<Item = Res>) -> Recorded<Req>
    where
        Res: Clone + Sync,
    {
        let sent = Sent::new(messages, None);
        self.recording(move |mut stream, requests| {
            let sent = sent.clone();
            async move {
                send(&mut stream, &sent).await?;
                while let Some(message) = stream.recv().await? {
                    requests.keep(&message);
                }
                Ok(())
            }
        })
    }

    /// Sends the messages at once, and fails behind them, without a look at what the client sends.
    pub fn sends_then_fails(
        self,
        messages: impl IntoIterator<Item = Res>,
        error: impl Into<Error>,
    ) -> Expected
    where
        Res: Clone + Sync,
    {
        let sent = Sent::new(messages, Some(error.into()));
        self.runs(move |mut stream| {
            let sent = sent.clone();
            async move {
                send(&mut stream, &sent).await?;
                sent.end()
            }
        })
    }

    /// Answers each message with one, and ends the stream when the client has sent all, or when `answer` fails.
    pub fn answers_each(
        self,
        answer: impl Fn(Req) -> Result<Res> + Send + Sync + 'static,
    ) -> Recorded<Req> {
        let answer = Arc::new(answer);
        self.recording(move |mut stream, requests| {
            let answer = Arc::clone(&answer);
            async move {
                while let Some(message) = stream.recv().await? {
                    requests.keep(&message);
                    stream.send(answer(message)?).await?;
                }
                Ok(())
            }
        })
    }

    /// Fails at once, without a look at the messages.
    pub fn fails(self, error: impl Into<Error>) -> Expected {
        let error = error.into();
        self.runs(move |_| std::future::ready(Err(error.clone())))
    }

    /// Runs a handler, such as `async |mut stream| { … }`, which receives and sends itself. One that uses what
    /// it has captured clones that for each call.
    pub fn runs<F, Fut>(self, handler: F) -> Expected
    where
        F: Fn(BidiStreamingServer<Req, Res>) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<()>> + Send + 'static,
    {
        self.terms.scripted(handler)
    }

    /// Runs a handler of ours, which keeps the requests.
    fn recording<F, Fut>(self, handler: F) -> Recorded<Req>
    where
        F: Fn(BidiStreamingServer<Req, Res>, Requests<Req>) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<()>> + Send + 'static,
    {
        let requests = Requests::default();
        let kept = requests.clone();
        let run = move |stream| handler(stream, kept.clone());
        self.terms.recorded(requests, run)
    }
}

async fn send<Req, Res>(stream: &mut BidiStreamingServer<Req, Res>, sent: &Sent<Res>) -> Result<()>
where
    Req: Message,
    Res: Message + Clone + Sync,
{
    for message in sent.messages() {
        stream.send(message.clone()).await?;
    }
    Ok(())
}

of_terms!(ExpectBidiStreaming<Req, Res>);

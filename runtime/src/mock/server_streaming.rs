//! Calls that send one message and get many.

use std::marker::PhantomData;

use super::collecting::Sent;
use super::expected::{Recorded, Requests};
use super::terms::{Terms, of_terms, terms_methods, when_method};
use crate::codec::Message;
use crate::error::{Error, Result};
use crate::streaming::ServerStreamingServer;

/// Expects calls of a server-streaming method.
#[must_use = "it counts once it says what answers, as by `sends`"]
pub struct ExpectServerStreaming<Req, Res> {
    terms: Terms,
    types: PhantomData<fn(Req) -> Res>,
}

impl<Req: Message + Clone, Res: Message> ExpectServerStreaming<Req, Res> {
    terms_methods!();
    when_method!(Req);

    /// Sends the messages, and ends the stream.
    pub fn sends(self, messages: impl IntoIterator<Item = Res>) -> Recorded<Req>
    where
        Res: Clone + Sync,
    {
        self.sending(Sent::new(messages, None))
    }

    /// Sends the messages, and fails behind them.
    pub fn sends_then_fails(
        self,
        messages: impl IntoIterator<Item = Res>,
        error: impl Into<Error>,
    ) -> Recorded<Req>
    where
        Res: Clone + Sync,
    {
        self.sending(Sent::new(messages, Some(error.into())))
    }

    /// Fails without a message: an [`Error`], or a [`BizStatusError`](crate::BizStatusError).
    pub fn fails(self, error: impl Into<Error>) -> Recorded<Req> {
        let error = error.into();
        self.runs(move |_, _| std::future::ready(Err(error.clone())))
    }

    /// Runs a handler, such as `async |request, mut stream| { … }`. One that uses what it has captured clones
    /// that for each call. The stream gives the context of the call.
    pub fn runs<F, Fut>(self, handler: F) -> Recorded<Req>
    where
        F: Fn(Req, ServerStreamingServer<Res>) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<()>> + Send + 'static,
    {
        let requests = Requests::default();
        let kept = requests.clone();
        self.terms.recorded(requests, move |(request, stream)| {
            kept.keep(&request);
            handler(request, stream)
        })
    }

    fn sending(self, sent: Sent<Res>) -> Recorded<Req>
    where
        Res: Clone + Sync,
    {
        self.runs(move |_, mut stream| {
            let sent = sent.clone();
            async move {
                for message in sent.messages() {
                    stream.send(message.clone()).await?;
                }
                sent.end()
            }
        })
    }
}

of_terms!(ExpectServerStreaming<Req, Res>);

//! Calls that send many messages and get one.

use std::marker::PhantomData;
use std::sync::Arc;

use super::collecting::collect;
use super::expected::{Expected, Recorded, Requests};
use super::terms::{Terms, of_terms, terms_methods};
use crate::codec::Message;
use crate::error::{Error, Result};
use crate::streaming::ClientStreamingServer;

/// Expects calls of a client-streaming method.
#[must_use = "it counts once it says what answers, as by `returns`"]
pub struct ExpectClientStreaming<Req, Res> {
    terms: Terms,
    types: PhantomData<fn(Req) -> Res>,
}

impl<Req: Message + Clone, Res: Message> ExpectClientStreaming<Req, Res> {
    terms_methods!();

    /// Receives all messages, and returns `value`.
    pub fn returns(self, value: Res) -> Recorded<Req>
    where
        Res: Clone + Sync,
    {
        self.returns_with(move |_| Ok(value.clone()))
    }

    /// Receives all messages, and returns what `answer` makes of them. It receives
    /// [`MAX_MESSAGES`](super::MAX_MESSAGES) at most; a call with more fails.
    pub fn returns_with(
        self,
        answer: impl Fn(Vec<Req>) -> Result<Res> + Send + Sync + 'static,
    ) -> Recorded<Req> {
        let answer = Arc::new(answer);
        let requests = Requests::default();
        let kept = requests.clone();
        let run = move |stream| receive_all(stream, kept.clone(), Arc::clone(&answer));
        self.terms.recorded(requests, run)
    }

    /// Fails at once, without a look at the messages.
    pub fn fails(self, error: impl Into<Error>) -> Expected {
        let error = error.into();
        self.runs(move |_| std::future::ready(Err(error.clone())))
    }

    /// Runs a handler, such as `async |mut stream| { … }`, which receives the messages itself. One that uses
    /// what it has captured clones that for each call.
    pub fn runs<F, Fut>(self, handler: F) -> Expected
    where
        F: Fn(ClientStreamingServer<Req>) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Res>> + Send + 'static,
    {
        self.terms.scripted(handler)
    }
}

async fn receive_all<Req, Res, F>(
    mut stream: ClientStreamingServer<Req>,
    requests: Requests<Req>,
    answer: Arc<F>,
) -> Result<Res>
where
    Req: Message + Clone,
    F: Fn(Vec<Req>) -> Result<Res>,
{
    let mut messages = Vec::new();
    while let Some(message) = stream.recv().await? {
        requests.keep(&message);
        collect(&mut messages, message)?;
    }
    answer(messages)
}

of_terms!(ExpectClientStreaming<Req, Res>);

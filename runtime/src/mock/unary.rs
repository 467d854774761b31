//! Calls without stream.

use std::fmt;
use std::marker::PhantomData;

use super::expected::{Recorded, Requests};
use super::terms::{Terms, of_terms, terms_methods, when_method};
use crate::context::Context;
use crate::error::{Error, Result};
use crate::reply::Throws;

/// Expects calls of a ping-pong, unary or oneway method.
///
/// `Req` is the argument if the method has one, and else the struct of its arguments; `Res` is the result,
/// and `E` the error of a handler of the method.
#[must_use = "it counts once it says what answers, as by `returns`"]
pub struct ExpectUnary<Req, Res, E = Error> {
    terms: Terms,
    types: PhantomData<fn(Req) -> (Res, E)>,
}

impl<Req, Res, E> ExpectUnary<Req, Res, E>
where
    Req: Clone + fmt::Debug + Send + 'static,
    Res: Send + 'static,
    E: Throws,
{
    terms_methods!();
    when_method!(Req);

    /// Returns `value`.
    pub fn returns(self, value: Res) -> Recorded<Req>
    where
        Res: Clone + Sync,
    {
        self.returns_with(move |_| Ok(value.clone()))
    }

    /// Fails with an error: [`Error`], a [`BizStatusError`](crate::BizStatusError), or an exception that the IDL
    /// declares.
    pub fn fails(self, error: impl Into<E>) -> Recorded<Req>
    where
        E: Clone + Sync,
    {
        let error = error.into();
        self.returns_with(move |_| Err(error.clone()))
    }

    /// Returns what `answer` makes of the request.
    pub fn returns_with(
        self,
        answer: impl Fn(Req) -> Result<Res, E> + Send + Sync + 'static,
    ) -> Recorded<Req> {
        self.runs(move |_, request| std::future::ready(answer(request)))
    }

    /// Runs a handler, such as `async |cx, request| { … }`. One that uses what it has captured clones that
    /// for each call: `move |cx, request| { let calls = calls.clone(); async move { … } }`.
    pub fn runs<F, Fut>(self, handler: F) -> Recorded<Req>
    where
        F: Fn(Context, Req) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Res, E>> + Send + 'static,
    {
        let requests = Requests::default();
        let kept = requests.clone();
        self.terms.recorded(requests, move |(cx, request)| {
            kept.keep(&request);
            handler(cx, request)
        })
    }
}

of_terms!(ExpectUnary<Req, Res, E>);

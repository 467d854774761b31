//! Middleware of calls: of the creation of a stream at the client, of a whole handler at the server,
//! and of calls without stream on both sides.

use std::any::Any;
use std::fmt;
use std::sync::Arc;

use super::{BoxFuture, Calling};
use crate::error::Result;

/// Runs around a call: Kitex's `Middleware`, `StreamMiddleware` and `UnaryMiddleware`.
///
/// | call | side | around |
/// | --- | --- | --- |
/// | with a stream | client | the creation of the stream |
/// | with a stream | server | the whole handler |
/// | without stream | both | the whole call; request and response are there |
///
/// An `async fn` is one, and so is an `async` closure:
///
/// ```
/// use std::time::Instant;
///
/// use streamgen_runtime::Result;
/// use streamgen_runtime::middleware::{Calling, Next};
///
/// async fn log_call(calling: &mut Calling, next: Next<'_>) -> Result<()> {
///     let began = Instant::now();
///     let result = next.run(calling).await;
///     let call = calling.call();
///     println!("{}.{}: {result:?} after {:?}", call.service(), call.method(), began.elapsed());
///     result
/// }
/// # fn set<C>(builder: streamgen_runtime::ClientBuilder<C>) -> streamgen_runtime::ClientBuilder<C> {
/// builder.middleware(log_call)
/// # }
/// ```
pub trait Middleware: Send + Sync + 'static {
    /// Makes the call by `next`. At a client, `next` may be run several times, to try again. A
    /// middleware that returns without `next` refuses the call with its error, or answers it with
    /// [`Calling::set_response`].
    ///
    /// # Errors
    /// Any. At a client, the user's call fails with it; at a server, it is the answer.
    fn call(
        &self,
        calling: &mut Calling,
        next: Next<'_>,
    ) -> impl Future<Output = Result<()>> + Send;
}

/// A function that is a [`Middleware`]. The lifetime lets its future borrow the arguments.
#[doc(hidden)]
pub trait CallFn<'a>: Send + Sync {
    type Future: Future<Output = Result<()>> + Send + 'a;

    fn call(&self, calling: &'a mut Calling, next: Next<'a>) -> Self::Future;
}

impl<'a, F, Fut> CallFn<'a> for F
where
    F: Fn(&'a mut Calling, Next<'a>) -> Fut + Send + Sync,
    Fut: Future<Output = Result<()>> + Send + 'a,
{
    type Future = Fut;

    fn call(&self, calling: &'a mut Calling, next: Next<'a>) -> Fut {
        self(calling, next)
    }
}

impl<F: for<'a> CallFn<'a> + 'static> Middleware for F {
    async fn call(&self, calling: &mut Calling, next: Next<'_>) -> Result<()> {
        CallFn::call(self, calling, next).await
    }
}

/// A [`Middleware`] whose type is erased, so that a chain can hold it.
pub(crate) trait ErasedCall: Any + Send + Sync {
    fn call<'a>(&'a self, calling: &'a mut Calling, next: Next<'a>) -> BoxFuture<'a, Result<()>>;
}

impl<M: Middleware> ErasedCall for M {
    fn call<'a>(&'a self, calling: &'a mut Calling, next: Next<'a>) -> BoxFuture<'a, Result<()>> {
        Box::pin(Middleware::call(self, calling, next))
    }
}

/// The middleware of calls of one kind, outermost first.
pub(crate) type CallChain = Arc<[Arc<dyn ErasedCall>]>;

/// The end of a chain, which the innermost `next` runs: it makes the call itself.
pub(crate) trait CallEnd: Send + Sync {
    fn run<'a>(&'a self, calling: &'a mut Calling) -> BoxFuture<'a, Result<()>>;
}

/// The rest of a chain, which a [`Middleware`] runs: the middleware inside of it, and the call itself at
/// last.
#[derive(Clone, Copy)]
pub struct Next<'a> {
    rest: &'a [Arc<dyn ErasedCall>],
    end: &'a dyn CallEnd,
}

impl<'a> Next<'a> {
    pub(crate) fn all(chain: &'a [Arc<dyn ErasedCall>], end: &'a dyn CallEnd) -> Self {
        Self { rest: chain, end }
    }

    /// Makes the call. It may be run again at a client, which makes the call again; a stream that the
    /// earlier run has opened is cancelled. A handler runs once: a second run fails.
    ///
    /// A business status is no error here, as in Kitex: see [`Calling::biz_status`]. Neither is an
    /// exception that the IDL declares: it is the [response](Calling::response).
    ///
    /// # Errors
    /// Those of the middleware inside and of the call.
    pub async fn run(self, calling: &mut Calling) -> Result<()> {
        calling.clear();
        match self.rest.split_first() {
            Some((first, rest)) => {
                let end = self.end;
                first.call(calling, Next { rest, end }).await
            }
            None => match self.end.run(calling).await {
                Err(error) if error.biz_status().is_some() => {
                    calling.set_biz(error);
                    Ok(())
                }
                result => result,
            },
        }
    }
}

impl fmt::Debug for Next<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Next")
            .field("middleware", &self.rest.len())
            .finish_non_exhaustive()
    }
}

//! Handlers inside of middleware and tracers.

use std::marker::PhantomData;
use std::sync::{Arc, Mutex};

use super::service::{ServerStream, Service, StreamFuture};
use crate::codec::Message;
use crate::context::Context;
use crate::error::{Error, Result};
use crate::middleware::{
    BoxFuture, CallEnd, CallInfo, Calling, Installed, Next, Response, StreamHooks, Traced,
};
use crate::reply::Throws;
use crate::sync::lock;

/// Begins the handler of a stream, inside of its middleware and of its tracers.
pub(super) fn stream(
    middleware: Arc<Installed>,
    service: Arc<dyn Service>,
    method: usize,
    mut stream: ServerStream,
    traced: Option<Arc<Traced>>,
) -> StreamFuture {
    Box::pin(async move {
        // The stream runs until the middleware around its handler has returned.
        let _running = stream.permit.take();
        let mut calling = Calling::streaming(CallInfo::server(stream.cx.clone()));
        for hook in &middleware.read_stream {
            hook.read_stream(&mut calling).await?;
        }
        if let Some(traced) = &traced {
            calling.share_state();
            traced.start(calling.call().clone());
            traced.stream_started();
        }
        let end = StreamEnd {
            middleware: &middleware,
            service: &*service,
            method,
            stream: Mutex::new(Some(stream)),
            traced: traced.as_ref(),
        };
        let chain = Next::all(&middleware.streams.all, &end);
        let result = chain.run(&mut calling).await;
        calling.ended(result)
    })
}

/// Runs the handler of a stream.
struct StreamEnd<'m> {
    middleware: &'m Installed,
    service: &'m dyn Service,
    method: usize,
    /// `None` once the handler has it.
    stream: Mutex<Option<ServerStream>>,
    traced: Option<&'m Arc<Traced>>,
}

impl CallEnd for StreamEnd<'_> {
    fn run<'a>(&'a self, calling: &'a mut Calling) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            let stream = lock(&self.stream).take().ok_or_else(ran_already)?;
            let cx = context(calling);
            let hooks = calling.stream_hooks(&self.middleware.messages);
            let hooks = StreamHooks::traced(hooks, self.traced);
            let stream = ServerStream {
                cx: cx.clone(),
                hooks: hooks.map(Box::new),
                ..stream
            };
            self.service.stream(self.method, cx, stream).await
        })
    }
}

/// Runs `handler` with the arguments of a call without stream, inside of its middleware.
pub(super) fn unary<A, W, E, F, Fut>(
    middleware: Arc<Installed>,
    cx: Context,
    args: A,
    handler: F,
) -> BoxFuture<'static, Result<W, E>>
where
    A: Message,
    W: Response + Send,
    E: Throws,
    F: FnOnce(Context, A) -> Fut + Send + 'static,
    Fut: Future<Output = Result<W, E>> + Send,
{
    Box::pin(async move {
        let mut calling = Calling::unary::<A, W, E>(CallInfo::server(cx), args);
        let end = UnaryEnd {
            handler: Mutex::new(Some(handler)),
            types: PhantomData::<fn(A) -> (W, E)>,
        };
        let chain = Next::all(&middleware.unary.all, &end);
        let result = chain.run(&mut calling).await;
        calling.outcome::<A, W, E>(result)?
    })
}

/// Runs the handler of a call without stream.
struct UnaryEnd<F, T> {
    /// `None` once it runs.
    handler: Mutex<Option<F>>,
    types: PhantomData<T>,
}

impl<A, W, E, F, Fut> CallEnd for UnaryEnd<F, fn(A) -> (W, E)>
where
    A: Message,
    W: Response,
    E: Throws,
    F: FnOnce(Context, A) -> Fut + Send,
    Fut: Future<Output = Result<W, E>> + Send,
{
    fn run<'a>(&'a self, calling: &'a mut Calling) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            let handler = lock(&self.handler).take().ok_or_else(ran_already)?;
            let cx = context(calling);
            let (_, slot) = calling.parts::<A, W, E>()?;
            let args = slot.request.take().ok_or_else(ran_already)?;
            let outcome = handler(cx, args).await;
            calling.parts::<A, W, E>()?.1.set(outcome)
        })
    }
}

fn context(calling: &Calling) -> Context {
    calling.call().context().cloned().unwrap_or_default()
}

#[cold]
fn ran_already() -> Error {
    Error::invalid_argument("the handler has run: at a server, a middleware can run `next` once")
}

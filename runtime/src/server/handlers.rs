//! Between the bytes of a call and the typed handler: what the arms of a generated service call.

use std::sync::Arc;

use super::hooked;
use super::limiter::{Permit, Permitted};
use super::service::{Arguments, PingPongFuture, ServerStream, StreamFuture};
use crate::codec::{ApplicationException, Message};
use crate::context::Context;
use crate::decoding::decode;
use crate::error::{Error, ErrorKind, Result, Side};
use crate::middleware::Response;
use crate::reply::{Return, Returned, Throws};
use crate::streaming::{
    BidiStreamingServer, ClientStreamingServer, Requests, ResponseSender, ServerStreamingServer,
};
use crate::wire::{CallResult, PingPongFailure};

/// Decodes the arguments, runs `handler` and makes the Result struct.
pub fn ping_pong<A, R, E, F, Fut>(cx: Context, args: Arguments, handler: F) -> PingPongFuture
where
    A: Message,
    R: Return,
    E: Throws,
    F: FnOnce(Context, A) -> Fut + Send + 'static,
    Fut: Future<Output = Result<R, E>> + Send,
{
    let handler = move |cx, args| async move { handler(cx, args).await.map(Returned) };
    call(cx, args, handler)
}

/// Decodes the request of a method without Args struct, as Protobuf's are, runs `handler` and
/// hands over its response.
pub fn unary<Req, Res, F, Fut>(cx: Context, request: Arguments, handler: F) -> PingPongFuture
where
    Req: Message,
    Res: Message,
    F: FnOnce(Context, Req) -> Fut + Send + 'static,
    Fut: Future<Output = Result<Res>> + Send,
{
    call(cx, request, handler)
}

/// Decodes what the handler is given, and runs it, inside of the middleware if there is any.
fn call<A, W, E, F, Fut>(cx: Context, args: Arguments, handler: F) -> PingPongFuture
where
    A: Message,
    W: Response,
    E: Throws,
    F: FnOnce(Context, A) -> Fut + Send + 'static,
    Fut: Future<Output = Result<W, E>> + Send,
{
    // Each is a part of the future by itself. Within `args` some would be there twice.
    let Arguments {
        bytes,
        middleware,
        permit,
    } = args;
    Box::pin(async move {
        let args = match decode::<A>(bytes, Side::Server) {
            Ok(args) => args,
            Err(error) => {
                Permit::returned(permit);
                return Err(PingPongFailure::Arguments(error));
            }
        };
        let outcome = match middleware {
            None => handler(cx, args).await,
            Some(middleware) => hooked::unary(middleware, cx, args, handler).await,
        };
        Permit::returned(permit);
        answer(outcome)
    })
}

/// The Result struct of what a handler has returned.
fn answer<W: Response, E: Throws>(outcome: Result<W, E>) -> CallResult {
    Ok(match outcome {
        Ok(value) => Box::new(value),
        Err(error) => Box::new(error.into_declared().map_err(PingPongFailure::Handler)?),
    })
}

/// Runs `handler` with both directions.
pub fn bidi_streaming<Req, Res, F, Fut>(stream: ServerStream, handler: F) -> StreamFuture
where
    Req: Message,
    Res: Message,
    F: FnOnce(BidiStreamingServer<Req, Res>) -> Fut,
    Fut: Future<Output = Result<()>> + Send + 'static,
{
    let ServerStream {
        raw,
        cx,
        recv_timeout,
        hooks,
        permit,
    } = stream;
    let mut given = BidiStreamingServer::new(raw, cx, hooks.as_deref());
    if let Some(timeout) = recv_timeout {
        given.set_recv_timeout(timeout);
    }
    Box::pin(Permitted::new(permit, handler(given)))
}

/// Runs `handler` with the requests, and sends what it returns.
pub fn client_streaming<Req, Res, F, Fut>(stream: ServerStream, handler: F) -> StreamFuture
where
    Req: Message,
    Res: Message + 'static,
    F: FnOnce(ClientStreamingServer<Req>) -> Fut,
    Fut: Future<Output = Result<Res>> + Send + 'static,
{
    let ServerStream {
        raw,
        cx,
        recv_timeout,
        hooks,
        permit,
    } = stream;
    let mut requests = ClientStreamingServer::new(Arc::clone(&raw), cx, hooks.as_deref());
    if let Some(timeout) = recv_timeout {
        requests.set_recv_timeout(timeout);
    }
    let running = handler(requests);
    Box::pin(Permitted::new(permit, async move {
        let response = running.await?;
        let mut sender = ResponseSender::new(raw, hooks.as_deref());
        sender.send(response).await
    }))
}

/// Receives the request and runs `handler` with it. The client's half-close is not waited for.
pub fn server_streaming<Req, Res, F, Fut>(stream: ServerStream, handler: F) -> StreamFuture
where
    Req: Message + 'static,
    Res: Message,
    F: FnOnce(Req, ServerStreamingServer<Res>) -> Fut + Send + 'static,
    Fut: Future<Output = Result<()>> + Send,
{
    let ServerStream {
        raw,
        cx,
        recv_timeout,
        hooks,
        permit,
    } = stream;
    Box::pin(Permitted::new(permit, async move {
        let mut requests = Requests::new(Arc::clone(&raw), cx.clone(), hooks.as_deref());
        if let Some(timeout) = recv_timeout {
            requests.set_timeout(timeout);
        }
        let request = requests.recv().await?.ok_or_else(no_request)?;
        drop(requests);
        let responses = ServerStreamingServer::new(raw, cx, hooks.as_deref());
        drop(hooks);
        handler(request, responses).await
    }))
}

/// For the arm of a `match` that no method of the service reaches.
#[must_use]
pub fn no_such_ping_pong() -> PingPongFuture {
    Box::pin(async { Err(PingPongFailure::Exception(no_such_method())) })
}

/// For the arm of a `match` that no method of the service reaches.
#[must_use]
pub fn no_such_stream() -> StreamFuture {
    Box::pin(async { Err(Error::from(no_such_method())) })
}

fn no_such_method() -> ApplicationException {
    ApplicationException::new(ApplicationException::UNKNOWN_METHOD, "no such method")
}

#[cold]
fn no_request() -> Error {
    Error::new(
        ErrorKind::Protocol,
        0,
        "the client half-closed without a request",
    )
}

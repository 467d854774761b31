//! Between the bytes of a call and the typed handler: what the arms of a generated service call.

use std::sync::Arc;

use bytes::Bytes;

use super::service::{PingPongFuture, ServerStream, StreamFuture};
use crate::codec::{ApplicationException, Encode, Message};
use crate::decoding::decode;
use crate::error::{Error, ErrorKind, Result, Side};
use crate::reply::{Return, Returned, Throws};
use crate::streaming::{
    BidiStreamingServer, ClientStreamingServer, Requests, ResponseSender, ServerStreamingServer,
};
use crate::wire::PingPongFailure;

/// Decodes the arguments, runs `handler` and makes the Result struct.
pub fn ping_pong<A, R, E, F, Fut>(args: Bytes, handler: F) -> PingPongFuture
where
    A: Message,
    R: Return,
    E: Throws,
    F: FnOnce(A) -> Fut + Send + 'static,
    Fut: Future<Output = Result<R, E>> + Send,
{
    Box::pin(async move {
        let args = decode::<A>(args, Side::Server).map_err(PingPongFailure::Arguments)?;
        let result: Box<dyn Encode + Send> = match handler(args).await {
            Ok(value) => Box::new(Returned(value)),
            Err(error) => Box::new(error.into_declared().map_err(PingPongFailure::Handler)?),
        };
        Ok(result)
    })
}

/// Decodes the request of a method without Args struct, as Protobuf's are, runs `handler` and
/// hands over its response.
pub fn unary<Req, Res, F, Fut>(request: Bytes, handler: F) -> PingPongFuture
where
    Req: Message,
    Res: Message + 'static,
    F: FnOnce(Req) -> Fut + Send + 'static,
    Fut: Future<Output = Result<Res>> + Send,
{
    Box::pin(async move {
        let request = decode::<Req>(request, Side::Server).map_err(PingPongFailure::Arguments)?;
        let response = handler(request).await.map_err(PingPongFailure::Handler)?;
        Ok(Box::new(response) as Box<dyn Encode + Send>)
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
    } = stream;
    let mut given = BidiStreamingServer::new(raw, cx, hooks.as_ref());
    if let Some(timeout) = recv_timeout {
        given.set_recv_timeout(timeout);
    }
    Box::pin(handler(given))
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
    } = stream;
    let mut requests = ClientStreamingServer::new(Arc::clone(&raw), cx, hooks.as_ref());
    if let Some(timeout) = recv_timeout {
        requests.set_recv_timeout(timeout);
    }
    let running = handler(requests);
    Box::pin(async move {
        let response = running.await?;
        let mut sender = ResponseSender::new(raw, hooks.as_ref());
        sender.send(response).await
    })
}

/// Receives the request and runs `handler` with it. The client's half-close is not waited for.
pub fn server_streaming<Req, Res, F, Fut>(stream: ServerStream, handler: F) -> StreamFuture
where
    Req: Message + 'static,
    Res: Message,
    F: FnOnce(Req, ServerStreamingServer<Res>) -> Fut + Send + 'static,
    Fut: Future<Output = Result<()>> + Send,
{
    Box::pin(async move {
        let ServerStream {
            raw,
            cx,
            recv_timeout,
            hooks,
        } = stream;
        let mut requests = Requests::new(Arc::clone(&raw), cx.clone(), hooks.as_ref());
        if let Some(timeout) = recv_timeout {
            requests.set_timeout(timeout);
        }
        let request = requests.recv().await?.ok_or_else(no_request)?;
        drop(requests);
        let responses = ServerStreamingServer::new(raw, cx, hooks.as_ref());
        handler(request, responses).await
    })
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

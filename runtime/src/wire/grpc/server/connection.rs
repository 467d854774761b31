//! Serves one HTTP/2 connection of a client.

use std::net::SocketAddr;
use std::sync::Arc;
use std::task::{Context, Poll, Waker, ready};
use std::time::Duration;

use bytes::BytesMut;
use h2::server::{Builder, Connection, SendResponse};
use h2::{Reason, RecvStream};
use http::Request;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::timeout;

use super::permits::{HandlerPermit, HandlerPermits};
use super::respond::Responder;
use super::stream::IncomingStream;
use super::{handler, unary};
use crate::call::{CallAbilities, Cancellation, Deadline, Encoding, Incoming};
use crate::error::{Result, Side};
use crate::metadata::Metadata;
use crate::trace::{self, Told};
use crate::wire::grpc::body::Body;
use crate::wire::grpc::budget::Budget;
use crate::wire::grpc::config::GrpcLimits;
use crate::wire::grpc::drive_queue::{DriveQueue, Signal};
use crate::wire::grpc::driver::{Driver, Http2};
use crate::wire::grpc::events::{self, End};
use crate::wire::grpc::frames::Frames;
use crate::wire::grpc::gather::Payload;
use crate::wire::grpc::headers::{self, RequestInfo};
use crate::wire::grpc::io::{Gather, gather};
use crate::wire::grpc::keepalive::Keepalive;
use crate::wire::grpc::ledger::{HeaderCharge, Ledger};
use crate::wire::grpc::life::Life;
use crate::wire::grpc::message::MessageReader;
use crate::wire::grpc::metadata;
use crate::wire::grpc::output::Output;
use crate::wire::grpc::path::{self, Path};
use crate::wire::grpc::progress::Progress;
use crate::wire::grpc::send_buffer::SendBuffer;
use crate::wire::grpc::status::{self, of_exception};
use crate::wire::grpc::{MAX_FRAME, MAX_WINDOW, PROTOCOL, REMEMBERED_RESETS, SEND_BUFFER};
use crate::wire::protocol::Stop;
use crate::wire::{Dispatch, Route, ServerRaw};

/// How long a connection that has to close may take to write its last frames.
const LINGER: Duration = Duration::from_secs(1);
/// How many streams a client may reset before the server takes them from h2; h2 closes the
/// connection above this number. The server takes streams from h2 after each turn of reading, and
/// no turn brings so many, so this never happens. The bound on handlers (`permits.rs`) does the
/// work instead, and no client loses its connection because it gives up many calls at once.
const UNSEEN_RESETS: usize = 16 * 1024;

/// Calls have a header and a trailer as streams have, and their responses can be compressed.
static ABILITIES: CallAbilities = CallAbilities {
    wire: PROTOCOL,
    rpc_system: "grpc",
    header: Some(metadata::check),
    backward: true,
    compression: true,
};

/// Serves one connection until the client closes it, or until `stop` has begun and no stream is
/// left. Resets streams that are still open at the end of the wait with 1000, which Kitex calls a
/// graceful shutdown (A.15).
pub(super) async fn serve_connection<IO>(
    io: IO,
    first: BytesMut,
    peer: Option<SocketAddr>,
    dispatch: Arc<dyn Dispatch>,
    limits: GrpcLimits,
    mut stop: Stop,
) where
    IO: AsyncRead + AsyncWrite + Unpin,
{
    let (ledger, life) = (Ledger::new(&limits, peer), Life::of(peer));
    let (frames, counted) = (Frames::of_client(), Arc::clone(&ledger));
    let (io, flusher) = gather(first, io, frames, counted, life.clone());
    let progress = Progress::new(&limits);
    // h2 waits for the preface only, and not for the SETTINGS that follow it.
    let handshake = timeout(limits.handshake_timeout, builder(&limits).handshake(io));
    let mut h2 = match handshake.await {
        Ok(Ok(h2)) => h2,
        Ok(Err(error)) => return events::handshake_failed(peer, Some(&error)),
        Err(_) => return events::handshake_failed(peer, None),
    };
    let keepalive = Keepalive::server(h2.ping_pong(), life, &limits);
    let drive_queue = Arc::<DriveQueue>::default();
    let budget = Budget::new(Arc::clone(&ledger), Side::Server, peer);
    let acceptor = Acceptor {
        drive_queue: Arc::clone(&drive_queue),
        ledger,
        output: Output::new(&limits, Side::Server, peer),
        killed: Cancellation::new(),
        peer,
        permits: HandlerPermits::new(limits.max_streams, dispatch.supervisor()),
        dispatch,
        max_message: limits.max_message,
        encoding: limits.response_encoding,
        refusal: Told::default(),
    };
    let killed = acceptor.killed.clone();
    let connection = ServerConnection { h2, acceptor };
    let mut driver = Driver::new(
        connection,
        flusher,
        drive_queue,
        keepalive,
        progress,
        budget,
    );
    tokio::select! {
        biased;
        () = stop.begun() => {}
        () = &mut driver => return,
    }
    if let Some(ServerConnection { h2, .. }) = driver.h2() {
        h2.graceful_shutdown();
    }
    if timeout(stop.wait, &mut driver).await.is_ok() {
        return;
    }
    killed.cancel(status::grpc(status::UNAVAILABLE, "graceful shutdown"));
    // The tasks of the streams reset their streams, and then the connection ends.
    let _ = timeout(LINGER, &mut driver).await;
}

fn builder(limits: &GrpcLimits) -> Builder {
    let mut builder = Builder::new();
    builder
        .initial_window_size(limits.stream_window)
        .initial_connection_window_size(MAX_WINDOW)
        .max_concurrent_streams(limits.max_streams)
        .max_frame_size(MAX_FRAME)
        .max_header_list_size(limits.max_header_list)
        .max_pending_accept_reset_streams(UNSEEN_RESETS)
        .max_send_buffer_size(SEND_BUFFER)
        .max_concurrent_reset_streams(REMEMBERED_RESETS)
        .max_local_error_reset_streams(None)
        .data_frame_budget(usize::MAX);
    builder
}

/// The HTTP/2 connection, and the acceptor that takes its streams.
struct ServerConnection<IO> {
    h2: Connection<Gather<IO>, Payload>,
    acceptor: Acceptor,
}

impl<IO: AsyncRead + AsyncWrite + Unpin> Http2 for ServerConnection<IO> {
    fn poll_run(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), h2::Error>> {
        while let Some(accepted) = ready!(self.h2.poll_accept(cx)) {
            match accepted {
                Ok((request, respond)) => self.acceptor.open(request, respond),
                Err(error) => return Poll::Ready(Err(error)),
            }
        }
        Poll::Ready(Ok(()))
    }

    fn tell_end(&self, end: &End) {
        events::connection_ended(Side::Server, self.acceptor.peer, end);
    }
}

/// Starts the handlers of a connection's streams.
struct Acceptor {
    drive_queue: Arc<DriveQueue>,
    ledger: Arc<Ledger>,
    output: Arc<Output>,
    /// Fires when open streams must end.
    killed: Cancellation,
    peer: Option<SocketAddr>,
    dispatch: Arc<dyn Dispatch>,
    permits: HandlerPermits,
    max_message: usize,
    /// The compression that the server wishes for responses.
    encoding: Option<Encoding>,
    /// Whether the refusal of a stream has been reported.
    refusal: Told,
}

impl Acceptor {
    fn open(&self, request: Request<RecvStream>, mut respond: SendResponse<Payload>) {
        // The client gave the call up before the server saw it, so no handler runs.
        let cx = &mut Context::from_waker(Waker::noop());
        if respond.poll_reset(cx).is_ready() {
            return;
        }
        let (head, mut body) = request.into_parts();
        let info = match headers::read_request(&head.headers) {
            Ok(info) => info,
            Err(reason) => {
                events::request_refused(self.peer, head.uri.path(), None);
                return respond.send_reset(reason);
            }
        };
        let responder = Responder {
            payload: info.payload,
            encoding: self.encoding(&info),
        };
        let request = match self.route(head.uri.path(), info) {
            Ok(request) => request,
            Err(error) => {
                events::request_refused(self.peer, head.uri.path(), Some(error.number()));
                let only = responder.only_trailers(&Err(error), &Metadata::new());
                // The stream may be gone by now; then nobody waits for this answer.
                let _ = respond.send_response(only, true);
                return;
            }
        };
        // No handler has run, so the client may try again elsewhere or later.
        let kept = request.incoming.metadata.held() + head.uri.path().len();
        let permit = match self.permit(kept) {
            Ok(permit) => permit,
            Err(reason) => {
                events::stream_refused(&self.refusal, self.peer, reason);
                return respond.send_reset(Reason::REFUSED_STREAM);
            }
        };
        let arrived = body.flow_control().used_capacity();
        let account = self.ledger.open(body.stream_id().as_u32(), arrived);
        let reader = MessageReader::new(self.max_message, request.encoding);
        let body = Body::new(body, reader, account);
        if request.route.method().mode.is_streaming() {
            self.start_stream(request, responder, body, respond, permit);
        } else {
            self.start_unary(request, responder, body, respond, permit);
        }
    }

    /// The permit of a handler that keeps so many bytes of headers.
    ///
    /// # Errors
    /// The limit that is reached.
    fn permit(&self, kept: usize) -> Result<HandlerPermit, &'static str> {
        let mut permit = self.permits.acquire().ok_or("too many handlers run")?;
        if self.ledger.is_full() {
            return Err("too much waits for its readers");
        }
        if self.output.is_pressed() {
            return Err("too much waits to be sent");
        }
        let mut headers = HeaderCharge::new(&self.ledger);
        let fits = headers.add(kept);
        fits.map_err(|_| "headers of running calls are too large")?;
        permit.keep(headers);
        Ok(permit)
    }

    /// How a response is compressed: as its request is, so that only a caller that compresses pays
    /// for compression. Kitex compresses for every caller that says that it can decompress.
    fn encoding(&self, info: &RequestInfo) -> Option<Encoding> {
        let asked = info.encoding.as_ref().ok().copied().flatten();
        asked.or(info
            .accept
            .filter(|accepted| self.encoding == Some(*accepted)))
    }

    /// Finds the route of a request.
    fn route(&self, path: &str, info: RequestInfo) -> Result<Called> {
        let Path {
            package,
            service,
            method,
        } = path::parse(path)?;
        let payload = info.payload;
        let incoming = Incoming {
            payload,
            package: Some(package),
            service,
            method,
            metadata: info.metadata,
            caller: info.caller,
            abilities: &ABILITIES,
            peer: self.peer,
            timeout: info.timeout,
        };
        let route = self.dispatch.route(&incoming);
        let route = route.map_err(|exception| of_exception(exception, payload))?;
        if route.service.payload != payload {
            return Err(status::grpc(status::INTERNAL, "grpc invalid payload"));
        }
        Ok(Called {
            route,
            encoding: info.encoding?,
            deadline: incoming.timeout.map(Deadline::after),
            incoming,
        })
    }

    fn start_stream(
        &self,
        called: Called,
        responder: Responder,
        body: Body,
        respond: SendResponse<Payload>,
        mut permit: HandlerPermit,
    ) {
        let Called {
            route,
            incoming,
            deadline,
            ..
        } = called;
        let stream = IncomingStream::new(
            Signal::new(Arc::clone(&self.drive_queue)),
            responder,
            incoming.caller.clone(),
            deadline,
            SendBuffer::server(respond, responder.encoding, &self.output),
            body,
        );
        let cancellation = stream.cancellation.clone();
        permit.watch(&cancellation);
        let raw: Arc<dyn ServerRaw> = Arc::clone(&stream) as _;
        let killed = self.killed.clone();
        match route.open(incoming, raw, cancellation) {
            Ok(handler) => {
                let running = handler::run(stream, handler, route, deadline, killed);
                tokio::spawn(async move {
                    running.await;
                    drop(permit);
                });
            }
            Err(exception) => {
                let error = status::of_exception(exception, responder.payload);
                tokio::spawn(handler::refuse(stream, error, killed));
            }
        }
    }

    fn start_unary(
        &self,
        called: Called,
        responder: Responder,
        body: Body,
        respond: SendResponse<Payload>,
        permit: HandlerPermit,
    ) {
        let call = unary::UnaryCall {
            route: called.route,
            incoming: called.incoming,
            deadline: called.deadline,
            responder,
            body,
            respond,
            permit,
            output: Arc::clone(&self.output),
        };
        trace::spawn_here(call.run(self.killed.clone()));
    }
}

/// A call whose headers have been understood.
struct Called {
    route: Route,
    encoding: Option<Encoding>,
    incoming: Incoming,
    deadline: Option<Deadline>,
}

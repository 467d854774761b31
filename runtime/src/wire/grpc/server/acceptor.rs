//! Accepts the streams of a connection, and starts their handlers.

use std::net::SocketAddr;
use std::sync::Arc;
use std::task::{Context, Waker};

use h2::server::SendResponse;
use h2::{Reason, RecvStream};
use http::Request;

use super::permits::{HandlerPermit, HandlerPermits};
use super::respond::Responder;
use super::stream::IncomingStream;
use super::{handler, unary};
use crate::call::{CallAbilities, Cancellation, Deadline, Encoding, Incoming, Shape};
use crate::error::Result;
use crate::measure::Limit;
use crate::metadata::Metadata;
use crate::trace::{self, Told};
use crate::wire::grpc::body::Body;
use crate::wire::grpc::drive_queue::{DriveQueue, Signal};
use crate::wire::grpc::events;
use crate::wire::grpc::gather::Payload;
use crate::wire::grpc::headers::{self, RequestInfo};
use crate::wire::grpc::ledger::{HeaderCharge, Ledger, TOO_LARGE};
use crate::wire::grpc::message::MessageReader;
use crate::wire::grpc::output::Output;
use crate::wire::grpc::path::{self, Path};
use crate::wire::grpc::send_buffer::SendBuffer;
use crate::wire::grpc::status::{self, of_exception};
use crate::wire::grpc::{PROTOCOL, metadata};
use crate::wire::{Dispatch, Route, ServerRaw};

/// Calls have a header and a trailer as streams have, and their responses can be compressed.
static ABILITIES: CallAbilities = CallAbilities {
    wire: PROTOCOL,
    rpc_system: "grpc",
    header: Some(metadata::check),
    backward: true,
    compression: true,
    streams_only: true,
};

/// Starts the handlers of a connection's streams.
pub(super) struct Acceptor {
    pub(super) drive_queue: Arc<DriveQueue>,
    pub(super) ledger: Arc<Ledger>,
    pub(super) output: Arc<Output>,
    /// Fires when open streams must end.
    pub(super) killed: Cancellation,
    pub(super) peer: Option<SocketAddr>,
    pub(super) dispatch: Arc<dyn Dispatch>,
    pub(super) permits: HandlerPermits,
    pub(super) max_message: usize,
    /// The compression that the server wishes for responses.
    pub(super) encoding: Option<Encoding>,
    /// Whether the refusal of a stream has been reported.
    pub(super) refusal: Told,
}

impl Acceptor {
    pub(super) fn open(&self, request: Request<RecvStream>, mut respond: SendResponse<Payload>) {
        // The client gave the call up before the server saw it, so no handler runs.
        let cx = &mut Context::from_waker(Waker::noop());
        if respond.poll_reset(cx).is_ready() {
            return;
        }
        let (head, body) = request.into_parts();
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
        let account = self.ledger.open(body.stream_id().as_u32());
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
    /// The limit that is reached, and what the log says of it.
    fn permit(&self, kept: usize) -> Result<HandlerPermit, (Limit, &'static str)> {
        let free = self.permits.acquire();
        let mut permit = free.ok_or((Limit::MaxStreams, "too many handlers run"))?;
        if self.ledger.is_full() {
            return Err((Limit::ConnectionWindow, "too much waits for its readers"));
        }
        if self.output.is_pressed() {
            return Err((Limit::ConnectionOutput, "too much waits to be sent"));
        }
        if self.ledger.keeps_requests() {
            return Err(TOO_LARGE);
        }
        let mut headers = HeaderCharge::new(&self.ledger);
        let fits = headers.add(kept);
        let too_large = "headers of running calls are too large";
        fits.map_err(|_| (Limit::ConnectionHeaders, too_large))?;
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
            shape: Shape::Stream,
            package: Some(package),
            service,
            method,
            metadata: info.metadata,
            caller: info.caller,
            abilities: &ABILITIES,
            peer: self.peer,
            certificates: None,
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

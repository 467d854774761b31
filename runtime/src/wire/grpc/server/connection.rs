//! Serves one HTTP/2 connection of a client.

use std::net::SocketAddr;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::BytesMut;
use h2::server::{Builder, Connection};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::timeout;

use super::acceptor::Acceptor;
use super::permits::HandlerPermits;
use crate::call::{Cancellation, in_time};
use crate::error::{Result, Side};
use crate::trace::Told;
use crate::wire::Dispatch;
use crate::wire::grpc::budget::Budget;
use crate::wire::grpc::config::GrpcLimits;
use crate::wire::grpc::drive_queue::DriveQueue;
use crate::wire::grpc::driver::{Driver, Http2};
use crate::wire::grpc::events::{self, End};
use crate::wire::grpc::frames::Frames;
use crate::wire::grpc::gather::Payload;
use crate::wire::grpc::io::{Gather, Observers, gather};
use crate::wire::grpc::keepalive::Keepalive;
use crate::wire::grpc::ledger::Ledger;
use crate::wire::grpc::life::Life;
use crate::wire::grpc::output::Output;
use crate::wire::grpc::progress::Progress;
use crate::wire::grpc::status;
use crate::wire::grpc::{MAX_FRAME, MAX_WINDOW, REMEMBERED_RESETS, SEND_BUFFER};
use crate::wire::protocol::Stop;

/// How long a connection that has to close may take to write its last frames.
const LINGER: Duration = Duration::from_secs(1);
/// How many streams a client may reset before the server takes them from h2; h2 closes the
/// connection above this number. The server takes streams from h2 after each turn of reading, and
/// no turn brings so many, so this never happens. The bound on handlers (`permits.rs`) does the
/// work instead, and no client loses its connection because it gives up many calls at once.
const UNSEEN_RESETS: usize = 16 * 1024;

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
    let (ledger, life) = (Ledger::new(&limits, Side::Server, peer), Life::of(peer));
    let output = Output::new(&limits, Side::Server, peer);
    let observers = Observers {
        ledger: Arc::clone(&ledger),
        output: Arc::clone(&output),
        life: life.clone(),
    };
    let (io, flusher) = gather(first, io, Frames::of_client(), observers);
    let progress = Progress::new(&limits);
    // h2 waits for the preface only, and not for the SETTINGS that follow it.
    let handshake = in_time(limits.handshake_timeout, builder(&limits).handshake(io));
    let mut h2 = match handshake.await {
        Some(Ok(h2)) => h2,
        Some(Err(error)) => return events::handshake_failed(peer, Some(&error)),
        None => return events::handshake_failed(peer, None),
    };
    let keepalive = Keepalive::server(h2.ping_pong(), life, &limits);
    let drive_queue = Arc::<DriveQueue>::default();
    let budget = Budget::new(Arc::clone(&ledger), Side::Server, peer);
    let acceptor = Acceptor {
        drive_queue: Arc::clone(&drive_queue),
        ledger,
        output,
        killed: Cancellation::new(),
        peer,
        permits: HandlerPermits::new(limits.max_streams, dispatch.supervisor(events::NAME)),
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
    tokio::select! {
        biased;
        () = &mut driver => return,
        () = stop.over(|_| {}) => {}
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
        loop {
            match self.h2.poll_accept(cx) {
                Poll::Ready(Some(Ok((request, respond)))) => self.acceptor.open(request, respond),
                Poll::Ready(Some(Err(error))) => return Poll::Ready(Err(error)),
                Poll::Ready(None) => return Poll::Ready(Ok(())),
                Poll::Pending => {
                    self.acceptor.ledger.all_handed_on();
                    return Poll::Pending;
                }
            }
        }
    }

    fn tell_end(&self, end: &End) {
        events::connection_ended(Side::Server, self.acceptor.peer, end);
    }
}

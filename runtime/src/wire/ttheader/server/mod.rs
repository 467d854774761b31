//! The side that runs handlers.

mod connection;
mod handler;
mod protocol;
mod stream;

use std::sync::Arc;

use bytes::BytesMut;

use self::connection::{Closing, Shared};
use super::config::Limits;
use super::errors::closed_here;
use super::reader::read_all;
use crate::error::Side;
use crate::trace;
use crate::wire::io::Socket;
use crate::wire::protocol::ON_ITS_WAY;
use crate::wire::{DISCARD_FOR, Dispatch, discard};

pub(crate) use self::protocol::TtHeaderStreaming;

/// Serves one connection until the peer closes it, it fails, or it is told to stop and its last
/// handler has returned. `already_read` holds the bytes that were read to find out what the
/// connection speaks.
///
/// `shutdown` completes when the server is to stop. A META frame tells clients that understand it;
/// streams that live then go on, and new ones are still served, as Kitex's servers do (5.6), until
/// none has lived for 200 ms, or `refusing` completes: from then on they are refused, and the
/// connection closes with its last stream. The caller puts a deadline to that by dropping the returned
/// future, which closes the connection at once: handlers are cancelled with 12013 and not waited for.
pub async fn serve_connection(
    socket: Socket,
    already_read: BytesMut,
    dispatch: Arc<dyn Dispatch>,
    limits: Limits,
    shutdown: impl Future<Output = ()> + Send,
    refusing: impl Future<Output = ()> + Send,
) {
    let Socket {
        mut reader,
        writer,
        peer,
    } = socket;
    let shared = Shared::new(writer, peer, dispatch, limits);
    let closing = Closing::new(Arc::clone(&shared));
    let written = trace::spawn_here({
        let shared = Arc::clone(&shared);
        async move { shared.fail(shared.connection.write_all().await) }
    });
    let drained = async {
        shutdown.await;
        shared.announce_stop();
        tokio::select! {
            biased;
            () = shared.supervisor.unused(ON_ITS_WAY) => {}
            () = refusing => {
                shared.refuse_streams();
                shared.supervisor.idle().await;
            }
        }
        shared.connection.finish();
        // Frames that wait are still written; the writer then closes.
        let _ = written.await;
        closed_here(Side::Server)
    };
    let side = connection::Reading::new(&shared);
    let error = tokio::select! {
        biased;
        reason = shared.connection.closed.cancelled() => reason,
        error = read_all(&side, &mut reader, already_read) => error,
        error = drained => error,
    };
    if side.has_refused() {
        shared.finish(&error);
        discard(&mut reader, &mut BytesMut::new(), DISCARD_FOR).await;
    }
    closing.because(error);
}

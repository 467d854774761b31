//! Hands the bytes of messages to h2 in DATA frames: as many messages in each as fit.

use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::{Bytes, BytesMut};
use h2::SendStream;

use super::gather::Payload;
use super::output::Output;

/// The largest DATA payload written. Kitex closes a connection over a longer frame, whatever it
/// may have announced (A.1).
const MAX_DATA: usize = 16 * 1024;
/// What h2 is asked to take at a time, so that an idle reservation never pins much of the
/// window that all streams of the connection share.
const RESERVED: usize = 256 * 1024;

/// Gives h2 what the windows allow, in pieces of at most [`MAX_DATA`].
pub(super) fn flush(
    stream: &mut SendStream<Payload>,
    buf: &mut BytesMut,
    output: &Arc<Output>,
    cx: &mut Context<'_>,
) -> Result<(), h2::Error> {
    while !buf.is_empty() {
        // Exactly what is there: once it is sent, nothing stays reserved.
        stream.reserve_capacity(buf.len().min(RESERVED));
        let mut room = stream.capacity();
        if room == 0 {
            match stream.poll_capacity(cx) {
                Poll::Ready(Some(granted)) => room = granted?,
                // The stream can send nothing any more, and its reader learns why.
                Poll::Ready(None) | Poll::Pending => return Ok(()),
            }
        }
        send_pieces(stream, buf, output, room)?;
    }
    Ok(())
}

/// Gives h2 a whole message, which keeps what the windows do not allow yet. In pieces, because h2
/// cuts at what the peer allows, and that may be more than [`MAX_DATA`].
pub(super) fn send_whole(
    stream: &mut SendStream<Payload>,
    mut message: Bytes,
    output: &Arc<Output>,
    end: bool,
) -> Result<(), h2::Error> {
    while message.len() > MAX_DATA {
        let piece = message.split_to(MAX_DATA);
        stream.send_data(Payload::charged(piece, output), false)?;
    }
    stream.send_data(Payload::charged(message, output), end)
}

fn send_pieces(
    stream: &mut SendStream<Payload>,
    buf: &mut BytesMut,
    output: &Arc<Output>,
    mut room: usize,
) -> Result<(), h2::Error> {
    while room > 0 && !buf.is_empty() {
        let len = buf.len().min(room).min(MAX_DATA);
        let piece = Payload::granted(buf.split_to(len).freeze(), output);
        stream.send_data(piece, false)?;
        room -= len;
    }
    Ok(())
}

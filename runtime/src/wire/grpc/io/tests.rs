use std::task::Waker;

use bytes::Bytes;
use tokio::io::{AsyncWriteExt, DuplexStream};
use tokio::task::unconstrained;

use super::*;
use crate::error::Side;
use crate::wire::grpc::config::GrpcLimits;
use crate::wire::grpc::gather::Payload;
use crate::wire::grpc::ledger::Ledger;
use crate::wire::grpc::life::Life;
use crate::wire::grpc::output::Output;

/// An empty SETTINGS frame.
const SETTINGS: [u8; 9] = [0, 0, 0, 4, 0, 0, 0, 0, 0];

fn split(near: DuplexStream) -> (Gather<DuplexStream>, FlushHandle<DuplexStream>) {
    let (frames, limits) = (Frames::of_server(), GrpcLimits::default());
    let observers = Observers {
        ledger: Ledger::new(&limits, Side::Client, None),
        output: Output::new(&limits, Side::Client, None),
        life: Life::default(),
    };
    gather(BytesMut::new(), near, frames, observers)
}

/// Reads until the turn ends or no bytes are left. Returns how many bytes were read.
fn read<IO: AsyncRead + Unpin>(gather: &mut Gather<IO>) -> usize {
    let cx = &mut Context::from_waker(Waker::noop());
    let mut read = 0;
    loop {
        let mut room = [0; 400];
        let mut buf = ReadBuf::new(&mut room);
        match Pin::new(&mut *gather).poll_read(cx, &mut buf) {
            Poll::Ready(result) => result.unwrap(),
            Poll::Pending => return read,
        }
        read += buf.filled().len();
    }
}

/// Empty SETTINGS frames of `len` bytes in all, which must be a multiple of 9.
fn frames(len: usize) -> Vec<u8> {
    SETTINGS.repeat(len / SETTINGS.len())
}

#[tokio::test]
async fn turns_grow_while_there_is_more_to_read() {
    let (near, mut far) = tokio::io::duplex(16 * 1024);
    let (mut gather, flusher) = split(near);
    far.write_all(&frames(5004)).await.unwrap();
    assert!(!flusher.begin_turn());
    assert_eq!(read(&mut gather), 1024);
    assert!(flusher.begin_turn());
    assert_eq!(read(&mut gather), 2048);
    assert!(flusher.begin_turn());
    assert_eq!(read(&mut gather), 1932);
    assert!(!flusher.begin_turn());
    far.write_all(&frames(5004)).await.unwrap();
    assert_eq!(read(&mut gather), 1024);
}

#[tokio::test]
async fn a_turn_ends_with_so_many_frames_though_they_are_short() {
    let (near, mut far) = tokio::io::duplex(1 << 20);
    let (mut gather, flusher) = split(near);
    far.write_all(&frames(90_000)).await.unwrap();
    let mut longest = 0;
    while flusher.begin_turn() || longest == 0 {
        longest = longest.max(read(&mut gather));
    }
    // A turn ends with the read that reaches the limit.
    let most = FRAMES_OF_TURN * SETTINGS.len();
    assert!((most..most + 400).contains(&longest), "{longest}");
}

#[tokio::test]
async fn who_does_not_read_is_not_read_from_for_ever_and_goes_on_when_he_reads() {
    let (near, mut far) = tokio::io::duplex(1 << 20);
    let (mut gather, flusher) = split(near);
    let cx = &mut Context::from_waker(Waker::noop());
    // More bytes than the socket's buffer holds.
    let answers = vec![0; 3 << 20];
    assert!(Pin::new(&mut gather).poll_write(cx, &answers).is_ready());
    assert!(flusher.poll_flush(cx).is_pending());

    far.write_all(&frames(900_000)).await.unwrap();
    let total = unconstrained(async {
        let mut total = 0;
        for _ in 0..1000 {
            flusher.begin_turn();
            total += read(&mut gather);
        }
        total
    });
    let total = total.await;
    let most = (UNANSWERED + FRAMES_OF_TURN) * SETTINGS.len();
    assert!(total < most + 400, "{total}");

    let mut room = vec![0; 1 << 20];
    far.read_exact(&mut room).await.unwrap();
    assert!(flusher.poll_flush(cx).is_pending());
    assert!(flusher.begin_turn());
    assert!(read(&mut gather) > 0);
}

#[tokio::test]
async fn half_a_frame_is_unfinished_only_when_no_more_is_there() {
    let (near, mut far) = tokio::io::duplex(16 * 1024);
    let (mut gather, flusher) = split(near);
    far.write_all(&frames(1026)[..1025]).await.unwrap();
    flusher.begin_turn();
    assert_eq!(read(&mut gather), 1024);
    assert!(!flusher.seen().unfinished);
    flusher.begin_turn();
    assert_eq!(read(&mut gather), 1);
    assert!(flusher.seen().unfinished);
    far.write_all(&SETTINGS[8..]).await.unwrap();
    assert_eq!(read(&mut gather), 1);
    assert!(!flusher.seen().unfinished);
}

/// Whether a payload that a stream hands to h2 counts as waiting.
fn counts(gather: &Gather<DuplexStream>) -> bool {
    let output = Arc::clone(lock(&gather.0).inflow.output());
    let payload = Payload::granted(Bytes::from_static(b"message"), &output);
    let counts = output.waiting() > 0;
    drop(payload);
    assert_eq!(output.waiting(), 0);
    counts
}

#[tokio::test]
async fn what_h2_takes_counts_while_the_peer_takes_nothing() {
    let (near, mut far) = tokio::io::duplex(1024);
    let (mut gather, flusher) = split(near);
    let cx = &mut Context::from_waker(Waker::noop());
    assert!(!counts(&gather));
    let mut write = |gather: &mut Gather<_>| Pin::new(gather).poll_write(cx, &[0; 64 * 1024]);
    assert!(write(&mut gather).is_ready());
    assert!(!counts(&gather));
    assert!(write(&mut gather).is_pending());
    assert!(counts(&gather));

    let mut room = vec![0; 64 * 1024];
    let (_, flushed) = tokio::join!(
        far.read_exact(&mut room),
        std::future::poll_fn(|cx| flusher.poll_flush(cx))
    );
    flushed.unwrap();
    assert!(write(&mut gather).is_ready());
    assert!(!counts(&gather));
}

#[tokio::test]
async fn what_h2_takes_counts_once_the_peer_may_have_lowered_its_windows() {
    let (near, mut far) = tokio::io::duplex(16 * 1024);
    let (mut gather, flusher) = split(near);
    for (settings, counted) in [(2, false), (1, true)] {
        far.write_all(&SETTINGS.repeat(settings)).await.unwrap();
        flusher.begin_turn();
        read(&mut gather);
        assert_eq!(counts(&gather), counted, "after {settings} more");
    }
}

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_core::Stream;
use tokio::time::{Instant, sleep, timeout};

use super::fake::Fake;
use super::{Message, bytes};
use crate::error::{CancelReason, Error, ErrorKind};
use crate::streaming::{RecvTimeout, ServerStreamingClient};

const SECOND: Duration = Duration::from_secs(1);

fn stream(fake: &Arc<Fake>, timeout: Option<RecvTimeout>) -> ServerStreamingClient<Message> {
    ServerStreamingClient::new(Arc::clone(fake) as _, timeout, None)
}

#[tokio::test]
async fn the_wire_is_asked_once_for_all_that_has_arrived() {
    let fake = Fake::new();
    let mut stream = stream(&fake, None);
    fake.arrive((0..100).map(|_| bytes("m")));
    for _ in 0..100 {
        assert_eq!(stream.recv().await.unwrap().unwrap().message, "m");
    }
    assert_eq!(fake.seen().asked, 1);
}

#[tokio::test]
async fn s30_a_message_that_does_not_decode_fails_one_recv() {
    let fake = Fake::new();
    let mut stream = stream(&fake, None);
    fake.arrive([bytes("a"), Bytes::from_static(b"\x0b\0"), bytes("b")]);
    fake.end(None);
    assert_eq!(stream.recv().await.unwrap().unwrap().message, "a");
    assert_eq!(stream.recv().await.unwrap_err().kind(), ErrorKind::Decode);
    assert_eq!(stream.recv().await.unwrap().unwrap().message, "b");
    assert_eq!(stream.recv().await.unwrap(), None);
    assert_eq!(fake.seen().cancelled, None);
}

#[tokio::test]
async fn errors_stay_for_recv_and_end_a_futures_stream() {
    let fake = Fake::new();
    let mut stream = stream(&fake, None);
    fake.end(Some(Error::application("boom")));
    for _ in 0..2 {
        assert_eq!(stream.recv().await.unwrap_err().message(), "boom");
    }

    let mut stream = self::stream(&fake, None);
    let mut next = async || poll_fn(|cx| Pin::new(&mut stream).poll_next(cx)).await;
    assert_eq!(next().await.unwrap().unwrap_err().message(), "boom");
    assert!(next().await.is_none());
}

#[tokio::test]
async fn a_dropped_recv_loses_nothing() {
    let fake = Fake::new();
    let mut stream = stream(&fake, None);
    assert!(
        timeout(Duration::from_millis(1), stream.recv())
            .await
            .is_err()
    );
    fake.arrive([bytes("a"), bytes("b")]);
    assert_eq!(stream.recv().await.unwrap().unwrap().message, "a");
    assert_eq!(stream.recv().await.unwrap().unwrap().message, "b");
}

#[tokio::test]
async fn a_receiver_that_never_waits_lets_others_run() {
    let fake = Fake::new();
    let mut stream = stream(&fake, None);
    let other = tokio::spawn(async {});
    let busy = async {
        while !other.is_finished() {
            fake.arrive([bytes("m")]);
            stream.recv().await.unwrap();
        }
    };
    timeout(SECOND, busy).await.expect("the other task runs");
}

#[tokio::test(start_paused = true)]
async fn s68_a_recv_timeout_is_measured_from_each_recv() {
    let fake = Fake::new();
    let mut stream = stream(&fake, Some(SECOND.into()));
    let feeder = Arc::clone(&fake);
    tokio::spawn(async move {
        for _ in 0..5 {
            sleep(Duration::from_millis(900)).await;
            feeder.arrive([bytes("m")]);
        }
    });
    for _ in 0..5 {
        stream.recv().await.unwrap();
    }
    // Time between two calls does not count.
    sleep(Duration::from_secs(10)).await;
    let start = Instant::now();
    assert!(stream.recv().await.is_err());
    assert_eq!(start.elapsed(), SECOND);
    assert_eq!(
        fake.seen().cancelled,
        Some(CancelReason::RecvTimeout(SECOND))
    );
}

#[tokio::test(start_paused = true)]
async fn s68_without_cancel_remote_only_that_recv_fails() {
    let fake = Fake::new();
    let keep = RecvTimeout::new(SECOND).without_cancel_remote();
    let mut stream = stream(&fake, Some(keep));
    for _ in 0..2 {
        let start = Instant::now();
        let error = stream.recv().await.unwrap_err();
        assert_eq!(start.elapsed(), SECOND);
        assert_eq!(
            (error.kind(), error.kitex_code()),
            (ErrorKind::Timeout, Some(17))
        );
        assert_eq!(error.message(), "the wire's own text for 1s");
    }
    fake.arrive([bytes("m")]);
    assert_eq!(stream.recv().await.unwrap().unwrap().message, "m");
    assert_eq!(fake.seen().cancelled, None);
}

#[tokio::test(start_paused = true)]
async fn a_recv_timeout_of_zero_is_none() {
    let fake = Fake::new();
    let mut stream = stream(&fake, Some(Duration::ZERO.into()));
    assert!(timeout(SECOND, stream.recv()).await.is_err());
    assert_eq!(fake.seen().cancelled, None);
}

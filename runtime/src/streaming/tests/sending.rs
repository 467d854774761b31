use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use futures_sink::Sink;
use tokio::time::{Instant, sleep, timeout};

use super::fake::Fake;
use super::{Message, bytes, message};
use crate::codec::ApplicationException;
use crate::context::Context;
use crate::error::CancelReason;
use crate::streaming::{BidiStreamingClient, BidiStreamingServer, ClientStreamingClient};

const SECOND: Duration = Duration::from_secs(1);

fn bidi(fake: &Arc<Fake>) -> BidiStreamingClient<Message, Message> {
    BidiStreamingClient::new(Arc::clone(fake) as _, None, None)
}

fn client_streaming(fake: &Arc<Fake>) -> ClientStreamingClient<Message, Message> {
    ClientStreamingClient::new(Arc::clone(fake) as _, None, None)
}

#[tokio::test]
async fn send_waits_for_room_and_a_dropped_send_sent_nothing() {
    let fake = Fake::new();
    let mut stream = bidi(&fake);
    fake.seen().full = true;
    let waiting = timeout(Duration::from_millis(1), stream.send(message("lost"))).await;
    assert!(waiting.is_err());

    let sending = tokio::spawn(async move { stream.send(message("sent")).await.map(|()| stream) });
    tokio::task::yield_now().await;
    assert!(fake.seen().sent.is_empty());
    fake.drain();
    let _stream = sending.await.unwrap().unwrap();
    assert_eq!(fake.seen().sent, [bytes("sent")]);
}

/// Sends on a stream without room; when that failed.
async fn wait_for_room(stream: &mut BidiStreamingClient<Message, Message>) -> Duration {
    let began = Instant::now();
    let sent = timeout(100 * SECOND, stream.send(message("m"))).await;
    sent.expect("it ends").expect_err("it fails");
    began.elapsed()
}

#[tokio::test(start_paused = true)]
async fn a_send_timeout_is_measured_from_each_send_and_ends_the_stream() {
    let fake = Fake::new();
    let mut stream = bidi(&fake);
    stream.set_send_timeout(SECOND);
    for _ in 0..3 {
        fake.seen().full = true;
        // A send that is given up counts for no other.
        let dropped = timeout(SECOND / 2, stream.send(message("lost"))).await;
        assert!(dropped.is_err());
        fake.drain();
        stream.send(message("m")).await.unwrap();
    }
    fake.seen().full = true;
    assert!(
        timeout(SECOND / 2, stream.send(message("lost")))
            .await
            .is_err()
    );
    sleep(10 * SECOND).await;
    assert_eq!(wait_for_room(&mut stream).await, SECOND);
    assert_eq!(
        fake.seen().cancelled,
        Some(CancelReason::SendTimeout(SECOND))
    );
}

#[tokio::test(start_paused = true)]
async fn the_last_send_timeout_that_was_set_holds() {
    let fake = Fake::new();
    let mut stream = bidi(&fake);
    fake.seen().full = true;
    for limit in [Duration::ZERO, SECOND, Duration::ZERO] {
        stream.set_send_timeout(limit);
    }
    let sent = timeout(10 * SECOND, stream.send(message("lost"))).await;
    assert!(sent.is_err(), "zero is no limit");
    stream.set_send_timeout(3 * SECOND);
    assert_eq!(wait_for_room(&mut stream).await, 3 * SECOND);
}

#[tokio::test(start_paused = true)]
async fn a_handlers_stream_has_a_send_timeout_too() {
    let fake = Fake::new();
    let mut stream =
        BidiStreamingServer::<Message, Message>::new(Arc::clone(&fake) as _, Context::new(), None);
    stream.set_send_timeout(SECOND);
    fake.seen().full = true;
    assert!(stream.send(message("m")).await.is_err());
    assert_eq!(
        fake.seen().cancelled,
        Some(CancelReason::SendTimeout(SECOND))
    );
}

#[tokio::test]
async fn a_sink_sends_and_its_close_half_closes() {
    let fake = Fake::new();
    let mut stream = bidi(&fake);
    poll_fn(|cx| Pin::new(&mut stream).poll_ready(cx))
        .await
        .unwrap();
    Pin::new(&mut stream).start_send(message("m")).unwrap();
    poll_fn(|cx| Pin::new(&mut stream).poll_flush(cx))
        .await
        .unwrap();
    assert_eq!(fake.seen().sent, [bytes("m")]);
    assert!(!fake.seen().half_closed);
    poll_fn(|cx| Pin::new(&mut stream).poll_close(cx))
        .await
        .unwrap();
    assert!(fake.seen().half_closed);
}

#[tokio::test]
async fn dropping_a_whole_stream_cancels_it() {
    let fake = Fake::new();
    drop(bidi(&fake));
    assert_eq!(fake.seen().cancelled, Some(CancelReason::User));
    assert!(!fake.seen().half_closed);
}

#[tokio::test]
async fn dropping_a_sender_half_closes_and_dropping_a_receiver_cancels() {
    let fake = Fake::new();
    let (sender, receiver) = bidi(&fake).split();
    drop(sender);
    assert!(fake.seen().half_closed);
    assert_eq!(fake.seen().cancelled, None);
    drop(receiver);
    assert_eq!(fake.seen().cancelled, Some(CancelReason::User));
}

#[tokio::test]
async fn s49_a_client_stream_is_left_to_its_trailer_behind_the_response() {
    let fake = Fake::new();
    let stream = client_streaming(&fake);
    fake.arrive([bytes("response")]);
    let response = stream.close_and_recv().await.unwrap();
    assert_eq!(response.message, "response");
    let seen = fake.seen();
    assert!(seen.half_closed && seen.detached);
    assert_eq!(seen.cancelled, None);
}

#[tokio::test]
async fn a_dropped_close_and_recv_cancels() {
    let fake = Fake::new();
    let stream = client_streaming(&fake);
    assert!(
        timeout(Duration::from_millis(1), stream.close_and_recv())
            .await
            .is_err()
    );
    assert_eq!(fake.seen().cancelled, Some(CancelReason::User));
}

#[tokio::test]
async fn an_end_without_response_is_an_error() {
    let fake = Fake::new();
    let stream = client_streaming(&fake);
    fake.end(None);
    let error = stream.close_and_recv().await.unwrap_err();
    assert_eq!(
        error.kitex_code(),
        Some(ApplicationException::MISSING_RESULT)
    );
}

#[tokio::test]
async fn a_handlers_stream_is_not_cancelled_by_being_dropped() {
    let fake = Fake::new();
    let stream =
        BidiStreamingServer::<Message, Message>::new(Arc::clone(&fake) as _, Context::new(), None);
    let (sender, receiver) = stream.split();
    drop((sender, receiver));
    assert_eq!(fake.seen().cancelled, None);
    assert!(!fake.seen().half_closed);
}

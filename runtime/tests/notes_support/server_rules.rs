//! What the comments of Kitex's `ServerStream` say, rule by rule.

use std::sync::atomic::Ordering;
use std::time::Duration;

use streamgen_runtime::{Metadata, Transport};

use super::book::{PAGE, Served, note};

/// What the handler sets in two calls.
fn assert_merged(header: &Metadata) {
    let values = ["a", "b", "c"].map(|key| header.get(key));
    assert_eq!(values, [Some("1"), Some("2"), Some("2")]);
}

pub async fn set_header_is_merged_and_sent_with_the_first_message(book: Served) {
    let mut stream = book.client.bidi().metainfo("DO", "header").await.unwrap();
    stream.send(note("a")).await.unwrap();
    assert_merged(&stream.header().await.unwrap());
    assert_eq!(stream.recv().await.unwrap(), Some(note("a")));
}

pub async fn set_header_is_sent_with_a_status_of_success(book: Served) {
    let call = book.client.bidi().metainfo("DO", "leave header");
    let mut stream = call.await.unwrap();
    assert_merged(&stream.header().await.unwrap());
    assert_eq!(stream.recv().await.unwrap(), None);
}

pub async fn set_header_is_sent_with_a_status_of_failure(book: Served) {
    let call = book.client.bidi().metainfo("DO", "leave header fail");
    let mut stream = call.await.unwrap();
    assert_merged(&stream.header().await.unwrap());
    stream.recv().await.unwrap_err();
}

pub async fn send_header_sends_what_was_set_and_what_it_is_given_once(book: Served) {
    let call = book.client.bidi().metainfo("DO", "header send-header");
    let mut stream = call.await.unwrap();
    stream.send(note("now")).await.unwrap();
    let header = stream.header().await.unwrap();
    assert_merged(&header);
    assert_eq!((header.get("d"), header.get("e")), (Some("3"), None));
    // What the handler was told when it tried again, by `send_header` and by `set_header`.
    for _ in 0..2 {
        let told = stream.recv().await.unwrap();
        assert_eq!(told, Some(note("stream header already sent")));
    }
}

pub async fn set_trailer_is_merged_and_sent_with_the_status(book: Served) {
    for (wish, good) in [("leave trailer", true), ("leave trailer fail", false)] {
        let mut stream = book.client.bidi().metainfo("DO", wish).await.unwrap();
        assert_eq!(stream.recv().await.is_ok(), good);
        let trailer = stream.trailer().await.unwrap();
        let values = ["t", "u", "v"].map(|key| trailer.get(key));
        assert_eq!(values, [Some("1"), Some("2"), Some("2")]);
    }
}

pub async fn a_handlers_send_does_not_wait_for_the_client_to_receive(mut book: Served) {
    let mut stream = book.client.bidi().metainfo("DO", "push").await.unwrap();
    assert_eq!(book.told.recv().await.unwrap().unwrap(), "pushed");
    for text in ["1", "2", "3"] {
        assert_eq!(stream.recv().await.unwrap(), Some(note(text)));
    }
}

pub async fn a_handlers_send_waits_for_flow_control(book: Served) {
    let call = book.client.bidi().metainfo("DO", "leave flood");
    let mut stream = call.await.unwrap();
    // Nobody receives, and after a while nobody sends.
    let (mut before, mut sent) = (0, 1);
    while before != sent || sent == 1 {
        before = sent;
        tokio::time::sleep(Duration::from_millis(100)).await;
        sent = book.flooded.load(Ordering::Relaxed).max(1);
    }
    if book.transport == Transport::Grpc {
        // The window of a stream, and what may wait in front of it.
        assert!(sent * PAGE < 2 << 20, "{sent}");
    }
    for _ in 0..=sent {
        stream.recv().await.unwrap().unwrap();
    }
    assert!(book.flooded.load(Ordering::Relaxed) > sent);
}

pub async fn a_handler_may_send_and_receive_in_two_tasks(book: Served) {
    let call = book.client.bidi().metainfo("DO", "split");
    let (mut sender, mut receiver) = call.await.unwrap().split();
    let sending = tokio::spawn(async move {
        for _ in 0..1000 {
            sender.send(note("a")).await?;
        }
        sender.close().await
    });
    for number in 0..1000 {
        let expected = note(&number.to_string());
        assert_eq!(receiver.recv().await.unwrap(), Some(expected));
    }
    assert_eq!(receiver.recv().await.unwrap(), None);
    sending.await.unwrap().unwrap();
}

pub async fn a_handlers_send_fails_when_the_stream_is_over(mut book: Served) {
    let call = book.client.bidi().metainfo("DO", "leave flood");
    let mut stream = call.await.unwrap();
    stream.recv().await.unwrap();
    drop(stream);
    let reason = book.told.recv().await.unwrap().unwrap_err();
    assert!(reason.is_canceled(), "{reason}");
}

pub async fn a_handler_receives_to_the_clients_close_or_its_cancel(mut book: Served) {
    let mut stream = book.client.bidi().await.unwrap();
    stream.close_send().await.unwrap();
    assert_eq!(book.told.recv().await.unwrap().unwrap(), "eof");

    let mut stream = book.client.bidi().await.unwrap();
    stream.send(note("a")).await.unwrap();
    stream.recv().await.unwrap();
    stream.cancel();
    let reason = book.told.recv().await.unwrap().unwrap_err();
    assert!(reason.is_canceled(), "{reason}");
}

/// It panics on the task of the connection, which other calls share.
pub async fn a_handler_that_panics_before_it_is_a_future_ends_its_own_call(book: Served) {
    let mut other = book.client.bidi().await.unwrap();
    let call = book.client.collect().metainfo("DO", "panic");
    let error = match call.await {
        Ok(stream) => stream.close_and_recv().await.unwrap_err(),
        Err(error) => error,
    };
    assert!(error.message().contains("happened in biz handler"), "{error}");
    assert!(error.message().contains("not a future yet"), "{error}");
    other.send(note("a")).await.unwrap();
    assert_eq!(other.recv().await.unwrap(), Some(note("a")));
}

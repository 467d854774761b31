//! What the comments of Kitex's `ClientStream` say, rule by rule.

use std::time::Duration;

use streamgen_runtime::{BidiStreamingClient, Code, ErrorKind, Transport};
use tokio::time::timeout;

use super::Note;
use super::book::{PAGE, Served, note};

type Stream = BidiStreamingClient<Note, Note>;

/// Long enough for what would come if it did not wait.
const A_WHILE: Duration = Duration::from_millis(50);

pub async fn header_waits_until_it_was_received(book: Served) {
    let call = book.client.bidi().metainfo("DO", "send-header");
    let mut stream = call.await.unwrap();
    // The handler sends it when it is told to.
    assert!(timeout(A_WHILE, stream.header()).await.is_err());
    stream.send(note("now")).await.unwrap();
    for _ in 0..2 {
        assert_eq!(stream.header().await.unwrap().get("d"), Some("3"));
    }
}

pub async fn header_and_trailer_are_empty_if_there_are_none(book: Served) {
    let mut stream = book.client.bidi().await.unwrap();
    stream.close_send().await.unwrap();
    assert_eq!(stream.recv().await.unwrap(), None);
    assert!(stream.header().await.unwrap().is_empty());
    assert!(stream.trailer().await.unwrap().is_empty());
}

pub async fn trailer_is_there_after_the_end(book: Served) {
    let mut stream = book.client.bidi().metainfo("DO", "trailer").await.unwrap();
    assert!(timeout(A_WHILE, stream.trailer()).await.is_err());
    stream.close_send().await.unwrap();
    assert_eq!(stream.recv().await.unwrap(), None);
    for _ in 0..2 {
        assert_eq!(stream.trailer().await.unwrap().get("t"), Some("1"));
    }
}

pub async fn trailer_is_there_after_an_error(book: Served) {
    let call = book.client.bidi().metainfo("DO", "trailer fail");
    let mut stream = call.await.unwrap();
    stream.close_send().await.unwrap();
    let error = stream.recv().await.unwrap_err();
    assert!(error.message().contains("it failed"), "{error}");
    assert_eq!(stream.trailer().await.unwrap().get("t"), Some("1"));
}

pub async fn trailer_is_there_after_close_and_receive(book: Served) {
    let mut stream = book.client.collect().await.unwrap();
    stream.send(note("a")).await.unwrap();
    stream.send(note("b")).await.unwrap();
    let mut rest = stream.close_send().await.unwrap();
    assert_eq!(rest.recv().await.unwrap(), Some(note("ab")));
    assert_eq!(rest.header().await.unwrap().get("a"), Some("1"));
    assert_eq!(rest.trailer().await.unwrap().get("t"), Some("1"));
}

pub async fn close_send_ends_sending_and_not_receiving(mut book: Served) {
    let mut stream = book.client.bidi().await.unwrap();
    for text in ["a", "b"] {
        stream.send(note(text)).await.unwrap();
    }
    stream.close_send().await.unwrap();
    assert!(stream.send(note("c")).await.is_err());
    for text in ["a", "b"] {
        assert_eq!(stream.recv().await.unwrap(), Some(note(text)));
    }
    assert_eq!(stream.recv().await.unwrap(), None);
    assert_eq!(book.told.recv().await.unwrap().unwrap(), "eof");
    // The connection goes on: a stream has only itself to close.
    assert_eq!(book.client.unary(note("a")).await.unwrap(), note("a"));
}

pub async fn close_send_of_a_failed_stream_leaves_its_status(book: Served) {
    let mut stream = book.client.bidi().metainfo("DO", "leave fail").await.unwrap();
    for _ in 0..2 {
        let error = stream.recv().await.unwrap_err();
        assert!(error.message().contains("it failed"), "{error}");
        stream.close_send().await.unwrap();
    }
}

pub async fn send_on_an_ended_stream_fails_and_receiving_tells_the_status(book: Served) {
    let call = book.client.bidi().metainfo("DO", "leave trailer fail");
    let mut stream = call.await.unwrap();
    // It is over.
    stream.trailer().await.unwrap();
    stream.send(note("late")).await.unwrap_err();
    let error = stream.recv().await.unwrap_err();
    assert!(error.message().contains("it failed"), "{error}");
    if book.transport == Transport::Grpc {
        assert_eq!(error.grpc_code(), Some(Code::INTERNAL));
    }
}

pub async fn send_fails_with_the_status_that_this_side_made(book: Served) {
    let mut stream = book.client.bidi().await.unwrap();
    stream.cancel();
    let error = stream.send(note("late")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Canceled);
}

pub async fn send_does_not_wait_for_the_server_to_receive(book: Served) {
    let mut stream = book.client.bidi().metainfo("DO", "wait").await.unwrap();
    for text in ["a", "b"] {
        stream.send(note(text)).await.unwrap();
    }
    assert!(timeout(A_WHILE, stream.recv()).await.is_err());
    book.go.notify_one();
    assert_eq!(stream.recv().await.unwrap(), Some(note("a")));
}

/// How many pages a stream takes whose server reads none.
async fn fill(stream: &mut Stream) -> usize {
    let page = "x".repeat(PAGE);
    let mut sent = 0;
    while let Ok(sending) = timeout(A_WHILE, stream.send(note(&page))).await {
        sending.unwrap();
        sent += 1;
    }
    sent
}

async fn send_until_it_fails(mut stream: Stream) {
    let page = "x".repeat(PAGE);
    while stream.send(note(&page)).await.is_ok() {}
}

pub async fn send_waits_for_flow_control(book: Served) {
    let mut stream = book.client.bidi().metainfo("DO", "wait").await.unwrap();
    let sent = fill(&mut stream).await;
    if book.transport == Transport::Grpc {
        // The window of a stream, and what may wait in front of it. Over TTHeader Streaming the
        // connection's own flow control decides.
        assert!(sent * PAGE < 2 << 20, "{sent}");
    }
    book.go.notify_one();
    let (mut sender, mut receiver) = stream.split();
    let sending = tokio::spawn(async move { sender.send(note("last")).await });
    for _ in 0..sent {
        receiver.recv().await.unwrap().unwrap();
    }
    assert_eq!(receiver.recv().await.unwrap(), Some(note("last")));
    sending.await.unwrap().unwrap();
}

pub async fn send_waits_no_longer_than_the_stream_lasts(book: Served) {
    let mut stream = book.client.bidi().metainfo("DO", "wait").await.unwrap();
    fill(&mut stream).await;
    let cancel = stream.cancel_handle();
    let sending = tokio::spawn(send_until_it_fails(stream));
    tokio::task::yield_now().await;
    cancel.cancel();
    sending.await.unwrap();
}

pub async fn send_waits_no_longer_than_the_connection_lasts(book: Served) {
    let mut stream = book.client.bidi().metainfo("DO", "wait").await.unwrap();
    fill(&mut stream).await;
    let sending = tokio::spawn(send_until_it_fails(stream));
    tokio::task::yield_now().await;
    drop(book);
    sending.await.unwrap();
}

pub async fn one_task_may_send_and_another_receive(book: Served) {
    let (mut sender, mut receiver) = book.client.bidi().await.unwrap().split();
    let sending = tokio::spawn(async move {
        for number in 0..1000 {
            sender.send(note(&number.to_string())).await?;
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

pub async fn receiving_waits_for_a_message_or_the_end(book: Served) {
    let mut stream = book.client.bidi().await.unwrap();
    assert!(timeout(A_WHILE, stream.recv()).await.is_err());
    stream.send(note("a")).await.unwrap();
    assert_eq!(stream.recv().await.unwrap(), Some(note("a")));
    assert!(timeout(A_WHILE, stream.recv()).await.is_err());
    stream.close_send().await.unwrap();
    for _ in 0..2 {
        assert_eq!(stream.recv().await.unwrap(), None);
    }
}

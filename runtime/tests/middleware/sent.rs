//! Middleware of sent messages: it sees, changes, delays and refuses them.

use std::time::Duration;

use streamgen_runtime::middleware::{SendNext, Sending};
use streamgen_runtime::{Error, ErrorKind, Result};

use crate::rpc_support::{Msg, msg};
use crate::support::{STREAMS, client, server};

async fn mark(send: &mut Sending, next: SendNext<'_>) -> Result<()> {
    let side = send.call().side();
    if let Some(message) = send.message_as::<Msg>() {
        message.text = format!("{}{side:?} ", message.text).into();
    }
    next.run(send).await
}

#[tokio::test]
async fn it_can_change_the_message() {
    for wire in STREAMS {
        let server = server().send_middleware(mark);
        let client = client(server, wire).send_middleware(mark).build().unwrap();
        let mut stream = client.bidi().await.unwrap();
        stream.send(msg("")).await.unwrap();
        let answer = stream.recv().await.unwrap().unwrap();
        assert_eq!(answer.text, "Client Server ", "{wire:?}");
    }
}

async fn refuse(send: &mut Sending, next: SendNext<'_>) -> Result<()> {
    match send.message_as::<Msg>() {
        Some(message) if message.text == "bad" => Err(Error::invalid_argument("refused")),
        _ => next.run(send).await,
    }
}

#[tokio::test]
async fn it_can_refuse_the_message_and_the_stream_goes_on() {
    for wire in STREAMS {
        let client = client(server(), wire).send_middleware(refuse);
        let client = client.build().unwrap();
        let mut stream = client.bidi().await.unwrap();
        let error = stream.send(msg("bad")).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidArgument, "{wire:?}");
        stream.send(msg("good")).await.unwrap();
        assert_eq!(stream.recv().await.unwrap().unwrap().text, "good");
    }
}

#[tokio::test]
async fn a_request_that_is_refused_opens_no_stream_for_its_user() {
    for wire in STREAMS {
        let client = client(server(), wire).send_middleware(refuse);
        let client = client.build().unwrap();
        let error = client.count(msg("bad")).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidArgument, "{wire:?}");
    }
}

/// Waits longer for what comes first.
async fn delay(send: &mut Sending, next: SendNext<'_>) -> Result<()> {
    if let Some(message) = send.message_as::<Msg>() {
        let wait = Duration::from_millis(20_u64.saturating_sub(10 * message.seq as u64));
        tokio::time::sleep(wait).await;
    }
    next.run(send).await
}

#[tokio::test]
async fn it_can_delay_messages_without_changing_their_order() {
    for wire in STREAMS {
        let server = server().send_middleware(delay);
        let client = client(server, wire).build().unwrap();
        let request = Msg {
            text: "".into(),
            seq: 3,
        };
        let mut stream = client.count(request).await.unwrap();
        for seq in 0..3 {
            assert_eq!(stream.recv().await.unwrap().unwrap().seq, seq, "{wire:?}");
        }
    }
}

async fn twice(send: &mut Sending, next: SendNext<'_>) -> Result<()> {
    next.run(send).await?;
    next.run(send).await
}

#[tokio::test]
async fn it_can_send_a_message_again() {
    for wire in STREAMS {
        let client = client(server(), wire).send_middleware(twice);
        let client = client.build().unwrap();
        let mut stream = client.collect().await.unwrap();
        stream.send(msg("m")).await.unwrap();
        assert_eq!(stream.close_and_recv().await.unwrap().seq, 2, "{wire:?}");
    }
}

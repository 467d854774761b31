//! Middleware of received messages: it sees, changes, adds and leaves out messages.

use std::time::Duration;

use streamgen_runtime::middleware::{Receiving, RecvMiddleware, RecvNext};
use streamgen_runtime::{Error, ErrorKind, Mode, RecvTimeout, Result, Side};

use crate::rpc_support::stream_gen::rpc::peer::HelloArgs;
use crate::rpc_support::{Msg, msg};
use crate::support::{Log, STREAMS, client, server};

/// Changes what a handler and its client receive.
async fn mark(recv: &mut Receiving, next: RecvNext<'_>) -> Result<()> {
    next.run(recv).await?;
    let side = recv.call().side();
    if let Some(message) = recv.message_as::<Msg>() {
        message.text = format!("{}{side:?} ", message.text).into();
    }
    Ok(())
}

#[tokio::test]
async fn it_can_change_the_message() {
    for wire in STREAMS {
        let server = server().recv_middleware(mark);
        let client = client(server, wire).recv_middleware(mark).build().unwrap();
        let mut stream = client.bidi().await.unwrap();
        stream.send(msg("")).await.unwrap();
        let answer = stream.recv().await.unwrap().unwrap();
        assert_eq!(answer.text, "Server Client ", "{wire:?}");
    }
}

#[tokio::test]
async fn it_knows_the_call_and_the_message_without_its_type() {
    for wire in STREAMS {
        let log = Log::default();
        let server = server().recv_middleware(Tell(log.clone()));
        let client = client(server, wire).build().unwrap();
        let mut stream = client.bidi().metainfo("TENANT", "7").await.unwrap();
        stream.send(msg("m")).await.unwrap();
        stream.recv().await.unwrap().unwrap();
        let told = log.take();
        assert_eq!(told.len(), 1, "{wire:?}: {told:?}");
        assert!(told[0].starts_with("Msg of "), "{told:?}");
        assert!(told[0].contains("text: \"m\""), "{told:?}");
    }
}

/// Writes down what it learns of the message without its type.
struct Tell(Log);

impl RecvMiddleware for Tell {
    async fn recv(&self, recv: &mut Receiving, next: RecvNext<'_>) -> Result<()> {
        next.run(recv).await?;
        let call = recv.call();
        assert_eq!((call.service(), call.method()), ("Peer", "Bidi"));
        assert_eq!(
            (call.side(), call.mode()),
            (Side::Server, Mode::BidiStreaming)
        );
        assert_eq!(call.metainfo("TENANT"), Some("7"));
        if let Some(message) = recv.message() {
            let size = message.encoded_len();
            self.0
                .add(format!("{} of {size} bytes: {message:?}", message.name()));
        }
        Ok(())
    }
}

#[tokio::test]
async fn an_async_closure_is_one() {
    for wire in STREAMS {
        let server = server().recv_middleware(async |recv: &mut Receiving, next: RecvNext<'_>| {
            next.run(recv).await?;
            match recv.message() {
                Some(message) => Err(Error::application(format!("no {}", message.name()))),
                None => Ok(()),
            }
        });
        let client = client(server, wire).build().unwrap();
        let mut stream = client.bidi().await.unwrap();
        stream.send(msg("m")).await.unwrap();
        let error = stream.recv().await.unwrap_err().to_string();
        assert!(error.contains("no Msg"), "{wire:?}: {error}");
    }
}

/// Leaves out every second message, by receiving again.
async fn leave_out(recv: &mut Receiving, next: RecvNext<'_>) -> Result<()> {
    loop {
        next.run(recv).await?;
        match recv.message_as::<Msg>() {
            Some(message) if message.seq % 2 == 1 => {}
            _ => return Ok(()),
        }
    }
}

#[tokio::test]
async fn it_can_leave_messages_out() {
    for wire in STREAMS {
        let client = client(server(), wire).recv_middleware(leave_out);
        let client = client.build().unwrap();
        let request = Msg {
            text: "".into(),
            seq: 5,
        };
        let mut stream = client.count(request).await.unwrap();
        let mut numbers = Vec::new();
        while let Some(message) = stream.recv().await.unwrap() {
            numbers.push(message.seq);
        }
        assert_eq!(numbers, [0, 2, 4], "{wire:?}");
    }
}

/// Adds a last message behind the end.
async fn add_last(recv: &mut Receiving, next: RecvNext<'_>) -> Result<()> {
    next.run(recv).await?;
    if recv.message().is_none() {
        let wrong = recv.set_message(HelloArgs::default());
        assert_eq!(wrong.unwrap_err().kind(), ErrorKind::InvalidArgument);
        recv.set_message(msg("last"))?;
    }
    Ok(())
}

#[tokio::test]
async fn it_can_put_a_message_in_place_of_the_end() {
    for wire in STREAMS {
        let client = client(server(), wire).recv_middleware(add_last);
        let client = client.build().unwrap();
        let mut stream = client.collect().await.unwrap();
        stream.send(msg("m")).await.unwrap();
        let mut rest = stream.close_send().await.unwrap();
        assert_eq!(rest.recv().await.unwrap().unwrap().text, "m");
        assert_eq!(rest.recv().await.unwrap().unwrap().text, "last", "{wire:?}");
    }
}

async fn refuse(recv: &mut Receiving, next: RecvNext<'_>) -> Result<()> {
    next.run(recv).await?;
    match recv.message_as::<Msg>() {
        Some(message) if message.text == "bad" => Err(Error::application("refused")),
        _ => Ok(()),
    }
}

#[tokio::test]
async fn its_error_fails_that_recv_and_the_stream_goes_on() {
    for wire in STREAMS {
        let client = client(server(), wire).recv_middleware(refuse);
        let client = client.build().unwrap();
        let mut stream = client.bidi().await.unwrap();
        for text in ["bad", "good"] {
            stream.send(msg(text)).await.unwrap();
        }
        let error = stream.recv().await.unwrap_err();
        assert_eq!(error.message(), "refused", "{wire:?}");
        assert_eq!(stream.recv().await.unwrap().unwrap().text, "good");

        // At the server, the handler passes the error on, and the call ends with it.
        let client = crate::support::client(server().recv_middleware(refuse), wire);
        let client = client.build().unwrap();
        let mut stream = client.bidi().await.unwrap();
        stream.send(msg("bad")).await.unwrap();
        let error = stream.recv().await.unwrap_err();
        assert!(error.to_string().contains("refused"), "{wire:?}: {error}");
    }
}

#[tokio::test]
async fn a_business_status_is_no_error_to_it_and_can_be_read() {
    for wire in STREAMS {
        let log = Log::default();
        let client = client(server(), wire).recv_middleware(BizLog(log.clone()));
        let client = client.build().unwrap();
        let mut stream = client.bidi().metainfo("DO", "biz").await.unwrap();
        let error = stream.recv().await.unwrap_err();
        assert_eq!(error.biz_status().unwrap().code(), 10_001, "{wire:?}");
        assert_eq!(log.take(), ["Ok(()) without message, status 10001"]);
        // The user's `recv` repeats it, and so does what the middleware sees.
        assert!(stream.recv().await.unwrap_err().biz_status().is_some());
        assert_eq!(log.take().len(), 1);

        // Any other error is one.
        let mut stream = client.bidi().metainfo("DO", "err").await.unwrap();
        stream.recv().await.unwrap_err();
        let lines = log.take();
        assert!(lines[0].starts_with("Err("), "{wire:?}: {lines:?}");
    }
}

struct BizLog(Log);

impl RecvMiddleware for BizLog {
    async fn recv(&self, recv: &mut Receiving, next: RecvNext<'_>) -> Result<()> {
        let result = next.run(recv).await;
        let message = match recv.message() {
            Some(_) => "with",
            None => "without",
        };
        let status = recv.biz_status().map_or(0, |status| status.code());
        let line = format!("{result:?} {message} message, status {status}");
        self.0.add(line);
        result
    }
}

#[tokio::test]
async fn a_recv_that_times_out_alone_loses_no_message() {
    for wire in STREAMS {
        let log = Log::default();
        let short = RecvTimeout::new(Duration::from_millis(20)).without_cancel_remote();
        let client = client(server(), wire).recv_middleware(log.named("client"));
        let client = client.recv_timeout(short).build().unwrap();
        let mut stream = client.bidi().await.unwrap();
        let error = stream.recv().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Timeout, "{wire:?}");
        stream.send(msg("m")).await.unwrap();
        let answer = loop {
            // On a busy machine, it may time out again.
            if let Ok(answer) = stream.recv().await {
                break answer;
            }
        };
        assert_eq!(answer.unwrap().text, "m");
        assert_eq!(log.take(), ["client received m"], "{wire:?}");
    }
}

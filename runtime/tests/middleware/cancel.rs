//! Drops the future of a `recv` or a `send` while its middleware runs.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;

use futures_util::SinkExt as _;
use streamgen_runtime::middleware::{
    Receiving, RecvMiddleware, RecvNext, SendMiddleware, SendNext, Sending,
};
use streamgen_runtime::{BidiReceiver, Error, Result};
use tokio::sync::Notify;

use crate::rpc_support::{Msg, msg};
use crate::support::{Log, STREAMS, client, server, text_of};

/// Waits for the test: after `next` of a `recv`, and before `next` of a `send`.
struct Gate {
    open: Arc<Notify>,
    log: Log,
}

impl RecvMiddleware for Gate {
    async fn recv(&self, recv: &mut Receiving, next: RecvNext<'_>) -> Result<()> {
        next.run(recv).await?;
        self.log.add(format!("got {}", text_of(recv.message_as())));
        self.open.notified().await;
        Ok(())
    }
}

impl SendMiddleware for Gate {
    async fn send(&self, send: &mut Sending, next: SendNext<'_>) -> Result<()> {
        self.log.add("before");
        self.open.notified().await;
        next.run(send).await
    }
}

/// Polls the future until `done`, and drops it then, unfinished.
async fn poll_until(future: impl Future, mut done: impl FnMut() -> bool) {
    let mut future = pin!(future);
    poll_fn(|cx| {
        assert!(future.as_mut().poll(cx).is_pending());
        if done() {
            return Poll::Ready(());
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

#[tokio::test]
async fn a_dropped_recv_loses_no_message_though_middleware_has_it() {
    for wire in STREAMS {
        let (open, log) = (Arc::new(Notify::new()), Log::default());
        let gate = Gate {
            open: Arc::clone(&open),
            log: log.clone(),
        };
        let client = client(server(), wire)
            .recv_middleware(gate)
            .build()
            .unwrap();
        let mut stream = client.bidi().await.unwrap();
        for text in ["1", "2"] {
            stream.send(msg(text)).await.unwrap();
        }
        let mut got = Vec::new();
        poll_until(stream.recv(), || {
            got.extend(log.take());
            !got.is_empty()
        })
        .await;
        assert_eq!(got, ["got 1"], "{wire:?}");
        // The stream can do other things in between.
        stream.send(msg("3")).await.unwrap();
        for text in ["1", "2", "3"] {
            open.notify_one();
            assert_eq!(stream.recv().await.unwrap().unwrap().text, text, "{wire:?}");
        }
        assert_eq!(log.take(), ["got 2", "got 3"], "each message passes once");
    }
}

#[tokio::test]
async fn a_dropped_send_has_sent_nothing_if_middleware_had_not() {
    for wire in STREAMS {
        let (open, log) = (Arc::new(Notify::new()), Log::default());
        let gate = Gate {
            open: Arc::clone(&open),
            log: log.clone(),
        };
        let client = client(server(), wire)
            .send_middleware(gate)
            .build()
            .unwrap();
        let mut stream = client.bidi().await.unwrap();
        poll_until(stream.send(msg("dropped")), || !log.take().is_empty()).await;
        open.notify_one();
        stream.send(msg("sent")).await.unwrap();
        assert_eq!(
            stream.recv().await.unwrap().unwrap().text,
            "sent",
            "{wire:?}"
        );
    }
}

/// Panics at one message.
struct Panics;

impl RecvMiddleware for Panics {
    async fn recv(&self, recv: &mut Receiving, next: RecvNext<'_>) -> Result<()> {
        next.run(recv).await?;
        assert_ne!(text_of(recv.message_as()), "panic", "planned");
        Ok(())
    }
}

#[tokio::test]
async fn a_middleware_that_panics_ends_its_stream_and_no_other() {
    for wire in STREAMS {
        let client = client(server().recv_middleware(Panics), wire)
            .build()
            .unwrap();
        let mut other = client.bidi().await.unwrap();
        let mut stream = client.bidi().await.unwrap();
        stream.send(msg("panic")).await.unwrap();
        let error = stream.recv().await.unwrap_err();
        assert!(error.to_string().contains("planned"), "{wire:?}: {error}");
        other.send(msg("m")).await.unwrap();
        assert_eq!(other.recv().await.unwrap().unwrap().text, "m");

        // At a client, the panic is the caller's, and the stream is lost.
        let client = crate::support::client(server(), wire);
        let client = client.recv_middleware(Panics).build().unwrap();
        let mut stream = client.bidi().await.unwrap();
        stream.send(msg("panic")).await.unwrap();
        let stream = tokio::spawn(async move {
            let (sender, mut receiver) = stream.split();
            let first = tokio::spawn(async move {
                receiver.recv().await.ok();
            });
            assert!(first.await.is_err());
            drop(sender);
        });
        stream.await.unwrap();
    }
}

/// Refuses what is to be refused.
struct Refuses;

impl SendMiddleware for Refuses {
    async fn send(&self, send: &mut Sending, next: SendNext<'_>) -> Result<()> {
        if text_of(send.message_as()) == "refuse" {
            return Err(Error::application("refused"));
        }
        next.run(send).await
    }
}

/// Receives until the stream ends.
async fn ended(mut receiver: BidiReceiver<Msg>) -> Result<()> {
    while receiver.recv().await?.is_some() {}
    Ok(())
}

#[tokio::test]
async fn a_sender_that_has_a_message_left_does_not_claim_to_have_sent_all() {
    for wire in STREAMS {
        let gate = Gate {
            open: Arc::default(),
            log: Log::default(),
        };
        let client = client(server(), wire).send_middleware(gate);
        let stream = client.build().unwrap().bidi().await.unwrap();
        let (mut sender, receiver) = stream.split();
        sender.feed(msg("left")).await.unwrap();
        drop(sender);
        let error = ended(receiver).await.unwrap_err();
        assert!(error.is_canceled(), "{wire:?}: {error}");
    }
}

#[tokio::test]
async fn a_close_behind_a_refused_message_does_not_claim_to_have_sent_all() {
    for wire in STREAMS {
        let client = client(server(), wire).send_middleware(Refuses);
        let stream = client.build().unwrap().bidi().await.unwrap();
        let (mut sender, receiver) = stream.split();
        sender.feed(msg("m")).await.unwrap();
        sender.feed(msg("refuse")).await.unwrap();
        let refused = sender.close().await.unwrap_err();
        assert_eq!(refused.message(), "refused");
        let error = ended(receiver).await.unwrap_err();
        assert!(error.is_canceled(), "{wire:?}: {error}");
    }
}

//! Ending a stream before its time, from either side and down the chain.

use crate::rpc_support;

use std::time::Duration;

use rpc_support::{Msg, Peer, PeerClient, Running, client, msg, start_peer};
use streamgen_runtime::{Error, RecvTimeout, UnaryTransport};
use tokio::sync::mpsc::{self, UnboundedReceiver};
use tokio::time::timeout;

/// How long a test waits for one step before it fails. Each step takes far less.
const LONG: Duration = Duration::from_secs(30);
const SHORT: Duration = Duration::from_millis(50);

/// A server whose handlers tell when they begin, and why those ended that held.
async fn start_watched() -> (Running, UnboundedReceiver<()>, UnboundedReceiver<Error>) {
    let (peer, begun) = Peer::default().watched();
    let (server, reasons) = start_peer(peer).await;
    (server, begun, reasons)
}

/// Waits until a handler has begun.
async fn begins(begun: &mut UnboundedReceiver<()>) {
    let begun = timeout(LONG, begun.recv()).await;
    begun.expect("a handler begins").expect("the server lives");
}

/// Why the handler that held ended.
async fn reason(reasons: &mut UnboundedReceiver<Error>) -> Error {
    timeout(LONG, reasons.recv())
        .await
        .expect("the handler ends")
        .unwrap()
}

#[tokio::test]
async fn s63_dropping_a_stream_cancels_its_handler() {
    let (server, mut reasons) = start_peer(Peer::default()).await;
    let client = client(&server, "A");

    drop(client.bidi().metainfo("do", "hold").await.unwrap());
    let cancel = reason(&mut reasons).await;
    assert_eq!(
        (cancel.kitex_code(), cancel.cancel_path()),
        (Some(12_007), "A")
    );

    drop(client.collect().metainfo("do", "hold").await.unwrap());
    assert_eq!(reason(&mut reasons).await.kitex_code(), Some(12_007));

    drop(client.count(msg("m")).metainfo("do", "hold").await.unwrap());
    assert_eq!(reason(&mut reasons).await.kitex_code(), Some(12_007));
}

#[tokio::test]
async fn dropping_the_receiver_of_a_split_stream_cancels_and_the_sender_half_closes() {
    let (server, mut reasons) = start_peer(Peer::default()).await;
    let client = client(&server, "");

    let (mut sender, receiver) = client.bidi().metainfo("do", "hold").await.unwrap().split();
    drop(receiver);
    assert_eq!(reason(&mut reasons).await.kitex_code(), Some(12_007));
    assert_eq!(
        sender.send(msg("m")).await.unwrap_err().kitex_code(),
        Some(12_007)
    );

    let (sender, mut receiver) = client.bidi().await.unwrap().split();
    drop(sender);
    assert_eq!(receiver.recv().await.unwrap(), None);
}

#[tokio::test]
async fn a_panicking_sender_does_not_claim_to_have_sent_all() {
    let (server, mut reasons) = start_peer(Peer::default()).await;
    let (sender, mut receiver) = client(&server, "")
        .bidi()
        .metainfo("do", "hold")
        .await
        .unwrap()
        .split();
    let panicking = tokio::spawn(async move {
        let _sender = sender;
        panic!("on the way");
    });
    assert!(panicking.await.unwrap_err().is_panic());
    assert_eq!(
        receiver.recv().await.unwrap_err().kitex_code(),
        Some(12_007)
    );
    assert_eq!(reason(&mut reasons).await.kitex_code(), Some(12_007));
}

#[tokio::test]
async fn a_sender_that_gives_up_cancels_the_stream() {
    let (server, mut reasons) = start_peer(Peer::default()).await;
    let call = client(&server, "").bidi().metainfo("do", "hold");
    let (mut sender, mut receiver) = call.await.unwrap().split();
    sender.cancel();
    drop(sender);
    assert_eq!(
        receiver.recv().await.unwrap_err().kitex_code(),
        Some(12_007)
    );
    assert_eq!(reason(&mut reasons).await.kitex_code(), Some(12_007));
}

#[tokio::test]
async fn s70_a_cancel_handle_ends_a_waiting_recv_behind_the_messages() {
    let (server, mut reasons) = start_peer(Peer::default()).await;
    let request = Msg { seq: 2, ..msg("m") };
    let mut stream = client(&server, "")
        .count(request)
        .metainfo("do", "hold")
        .await
        .unwrap();
    let handle = stream.cancel_handle();
    let (tell, mut received) = mpsc::unbounded_channel();
    let receiving = tokio::spawn(async move {
        loop {
            match stream.recv().await {
                Ok(message) => tell.send(message.unwrap().seq).unwrap(),
                Err(error) => return error,
            }
        }
    });
    for seq in 0..2 {
        let message = timeout(LONG, received.recv()).await;
        assert_eq!(message.expect("a message comes"), Some(seq));
    }
    handle.cancel();
    let error = receiving.await.unwrap();
    assert_eq!(
        (error.kitex_code(), error.is_canceled()),
        (Some(12_007), true)
    );
    assert_eq!(received.recv().await, None);
    assert_eq!(reason(&mut reasons).await.kitex_code(), Some(12_007));
    // On a stream that is gone.
    handle.cancel();
}

#[tokio::test]
async fn s67_a_deadline_ends_the_stream_with_nobody_waiting() {
    let (server, mut reasons) = start_peer(Peer::default()).await;
    let call = client(&server, "")
        .bidi()
        .metainfo("do", "hold")
        // Time enough for the handler to begin, on a busy machine too.
        .timeout(Duration::from_secs(3));
    let mut stream = call.await.unwrap();
    let cancel = reason(&mut reasons).await;
    assert_eq!(
        (cancel.kitex_code(), cancel.is_canceled()),
        (Some(12_015), true)
    );
    assert_eq!(cancel.message(), "stream timeout, timeout in ctx: 3s");

    let error = stream.recv().await.unwrap_err();
    assert_eq!(
        (error.kitex_code(), error.is_timeout()),
        (Some(12_015), true)
    );
}

#[tokio::test]
async fn s68_a_recv_timeout_ends_the_stream_unless_told_otherwise() {
    let (server, mut reasons) = start_peer(Peer::default()).await;
    let client = client(&server, "");

    let mut stream = client
        .bidi()
        .metainfo("do", "hold")
        .recv_timeout(SHORT)
        .await
        .unwrap();
    let error = stream.recv().await.unwrap_err();
    assert_eq!(
        (error.kitex_code(), error.is_timeout()),
        (Some(12_014), true)
    );
    assert_eq!(reason(&mut reasons).await.kitex_code(), Some(12_014));

    let keep = RecvTimeout::new(SHORT).without_cancel_remote();
    let mut stream = client.bidi().recv_timeout(keep).await.unwrap();
    let timed_out = |error: Error| {
        assert_eq!(
            (error.kitex_code(), error.is_timeout()),
            (Some(12_014), true)
        );
    };
    for _ in 0..2 {
        timed_out(stream.recv().await.unwrap_err());
    }
    stream.send(msg("m")).await.unwrap();
    let answer = loop {
        match stream.recv().await {
            Ok(answer) => break answer.unwrap(),
            // The answer is late, as on a busy machine.
            Err(error) => timed_out(error),
        }
    };
    assert_eq!(answer.text, "m");
}

#[tokio::test]
async fn s71_a_cancel_cascades_with_its_reason_and_path() {
    let (c, mut begun, mut at_c) = start_watched().await;
    let downstream = Some(client(&c, "B"));
    let (b, _) = start_peer(Peer {
        downstream,
        ..Peer::default()
    })
    .await;

    let stream = client(&b, "A")
        .bidi()
        .metainfo("do", "forward")
        .await
        .unwrap();
    begins(&mut begun).await;
    drop(stream);
    let cancel = reason(&mut at_c).await;
    assert_eq!(
        (cancel.kitex_code(), cancel.cancel_path()),
        (Some(12_007), "A,B")
    );
    assert!(
        cancel
            .message()
            .starts_with("user code invoking stream RPC"),
        "{cancel}"
    );
}

#[tokio::test]
async fn s72_a_handlers_return_ends_the_streams_it_opened() {
    let (c, mut at_c) = start_peer(Peer::default()).await;
    let downstream = Some(client(&c, "B"));
    let (b, mut at_b) = start_peer(Peer {
        downstream,
        ..Peer::default()
    })
    .await;

    let mut stream = client(&b, "A")
        .bidi()
        .metainfo("do", "detach")
        .await
        .unwrap();
    stream.send(msg("return now")).await.unwrap();
    assert_eq!(stream.recv().await.unwrap(), None);

    let seen_by_b = reason(&mut at_b).await;
    assert_eq!(seen_by_b.kitex_code(), Some(12_012));
    let cancel = reason(&mut at_c).await;
    assert_eq!(
        (cancel.kitex_code(), cancel.cancel_path()),
        (Some(12_012), "B")
    );
    assert_eq!(cancel.message(), "canceled by business handler returning");
}

#[tokio::test]
async fn s73_a_ping_pong_caller_that_goes_away_is_a_foreign_reason() {
    let (c, mut begun, mut at_c) = start_watched().await;
    let downstream = Some(client(&c, "B"));
    let (b, _) = start_peer(Peer {
        downstream,
        ..Peer::default()
    })
    .await;

    let builder = PeerClient::builder("b").address(b.address.to_string());
    let a = builder
        .unary_transport(UnaryTransport::TtHeaderFramed)
        .build()
        .unwrap();
    let call = a.hello("x".into()).metainfo("do", "pass").into_future();
    tokio::select! {
        answer = call => panic!("{answer:?}"),
        () = begins(&mut begun) => {}
    }

    let cancel = reason(&mut at_c).await;
    assert_eq!(
        (cancel.kitex_code(), cancel.cancel_path()),
        (Some(12_011), "non-ttstream path,B")
    );
}

#[tokio::test]
async fn a_ping_pong_callers_timeout_is_the_streams_deadline() {
    let (c, mut at_c) = start_peer(Peer::default()).await;
    let downstream = Some(client(&c, "B"));
    let (b, _) = start_peer(Peer {
        downstream,
        ..Peer::default()
    })
    .await;

    let builder = PeerClient::builder("b").address(b.address.to_string());
    let a = builder
        .unary_transport(UnaryTransport::TtHeaderFramed)
        .build()
        .unwrap();
    let call = a
        .hello("x".into())
        .metainfo("do", "pass")
        // Time enough to open that stream, on a busy machine too.
        .timeout(Duration::from_secs(3));
    assert!(call.await.is_err());

    let cancel = reason(&mut at_c).await;
    assert_eq!(
        (cancel.kitex_code(), cancel.cancel_path()),
        (Some(12_015), "B")
    );
}

#[tokio::test]
async fn a_lost_connection_cancels_its_handlers() {
    let (server, mut begun, mut reasons) = start_watched().await;
    let mut stream = client(&server, "")
        .bidi()
        .metainfo("do", "hold")
        .await
        .unwrap();
    begins(&mut begun).await;
    drop(server);
    assert_eq!(reason(&mut reasons).await.kitex_code(), Some(12_013));
    let error = stream.recv().await.unwrap_err();
    assert!(
        matches!(error.kitex_code(), Some(12_004 | 12_006)),
        "{error}"
    );
}

#[tokio::test]
async fn s75_nobody_waits_for_a_stream_that_has_ended() {
    let (server, _) = start_peer(Peer::default()).await;
    let mut stream = client(&server, "")
        .bidi()
        .metainfo("do", "hold")
        .await
        .unwrap();
    stream.cancel();
    let ended = async {
        assert_eq!(stream.recv().await.unwrap_err().kitex_code(), Some(12_007));
        assert_eq!(
            stream.header().await.unwrap_err().kitex_code(),
            Some(12_007)
        );
        assert_eq!(
            stream.trailer().await.unwrap_err().kitex_code(),
            Some(12_007)
        );
        assert_eq!(
            stream.send(msg("m")).await.unwrap_err().kitex_code(),
            Some(12_007)
        );
    };
    timeout(LONG, ended)
        .await
        .expect("every waiter is released");
}

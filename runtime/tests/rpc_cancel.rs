//! Ending a stream before its time, from either side and down the chain.

mod rpc_support;

use std::time::Duration;

use rpc_support::{Msg, Peer, PeerClient, client, msg, start_peer};
use streamgen_runtime::{Error, RecvTimeout, UnaryTransport};
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::time::timeout;

const LONG: Duration = Duration::from_secs(5);
const SHORT: Duration = Duration::from_millis(50);

/// Why the handler that held ended, within a sane time.
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
async fn s70_a_cancel_handle_ends_a_waiting_recv_behind_the_messages() {
    let (server, mut reasons) = start_peer(Peer::default()).await;
    let request = Msg { seq: 2, ..msg("m") };
    let mut stream = client(&server, "")
        .count(request)
        .metainfo("do", "hold")
        .await
        .unwrap();
    let handle = stream.cancel_handle();
    let receiving = tokio::spawn(async move {
        let mut received = 0;
        loop {
            match stream.recv().await {
                Ok(message) => received += i32::from(message.is_some()),
                Err(error) => return (received, error),
            }
        }
    });
    tokio::time::sleep(SHORT).await;
    handle.cancel();
    let (received, error) = receiving.await.unwrap();
    assert_eq!(
        (received, error.kitex_code(), error.is_canceled()),
        (2, Some(12_007), true)
    );
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
        .timeout(SHORT);
    let mut stream = call.await.unwrap();
    let cancel = reason(&mut reasons).await;
    assert_eq!(
        (cancel.kitex_code(), cancel.is_canceled()),
        (Some(12_015), true)
    );
    assert_eq!(cancel.message(), "stream timeout, timeout in ctx: 50ms");

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
    let mut stream = client
        .bidi()
        .metainfo("do", "slow")
        .recv_timeout(keep)
        .await
        .unwrap();
    stream.send(msg("m")).await.unwrap();
    let mut timeouts = 0;
    let answer = loop {
        match stream.recv().await {
            Ok(answer) => break answer.unwrap(),
            Err(error) => {
                assert_eq!(
                    (error.kitex_code(), error.is_timeout()),
                    (Some(12_014), true)
                );
                timeouts += 1;
            }
        }
    };
    assert_eq!(answer.text, "m");
    assert!(timeouts >= 2, "{timeouts} timeouts in 400 ms");
}

#[tokio::test]
async fn s71_a_cancel_cascades_with_its_reason_and_path() {
    let (c, mut at_c) = start_peer(Peer::default()).await;
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
    tokio::time::sleep(SHORT).await;
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
    let call = a.hello("x".into()).metainfo("do", "pass").into_future();
    assert!(timeout(Duration::from_millis(200), call).await.is_err());

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
        .timeout(Duration::from_millis(200));
    assert!(call.await.is_err());

    let cancel = reason(&mut at_c).await;
    assert_eq!(
        (cancel.kitex_code(), cancel.cancel_path()),
        (Some(12_015), "B")
    );
}

#[tokio::test]
async fn a_lost_connection_cancels_its_handlers() {
    let (server, mut reasons) = start_peer(Peer::default()).await;
    let mut stream = client(&server, "")
        .bidi()
        .metainfo("do", "hold")
        .await
        .unwrap();
    tokio::time::sleep(SHORT).await;
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

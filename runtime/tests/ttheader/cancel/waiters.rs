//! The end of a stream releases whoever waits for something of it (checklist 75).

use std::time::Duration;

use bytes::Bytes;
use streamgen_runtime::unstable::ttheader::frame::FrameKind;
use streamgen_runtime::{CancelReason, ErrorKind, Result};
use tokio::task::JoinHandle;

use crate::conn_support::{Script, Stream};

/// Somebody waits for each thing a client's stream has to wait for; the returned task ends when
/// all are released, with what the one got who waits for a message.
fn wait_for_everything(stream: &Stream) -> JoinHandle<Result<Option<Bytes>>> {
    let streams = [(); 3].map(|()| stream.clone());
    tokio::spawn(async move {
        let [recv, header, trailer] = streams;
        let (received, _, _) = tokio::join!(recv.recv(), header.header(), trailer.trailer());
        received
    })
}

#[tokio::test(start_paused = true)]
async fn s75_every_end_releases_every_waiter() {
    for end in ["trailer", "rst", "cancel", "loss"] {
        let mut script = Script::new();
        let (stream, mut peer, sid) = script.open().await;
        let waiting = wait_for_everything(&stream);
        tokio::task::yield_now().await;
        match end {
            "trailer" => peer.trailer(sid).await,
            "rst" => peer.send(FrameKind::Rst, sid, &[], &[]).await,
            "cancel" => stream.raw.cancel(CancelReason::User),
            _ => drop(peer),
        }
        let received = waiting.await.unwrap();
        match end {
            "trailer" => assert_eq!(received.unwrap(), None),
            "loss" => assert_eq!(received.unwrap_err().kind(), ErrorKind::Connection),
            _ => assert!(received.unwrap_err().is_canceled(), "{end}"),
        }
    }
}

#[tokio::test(start_paused = true)]
async fn s75_a_sender_that_waits_for_room_is_released() {
    for end in ["rst", "cancel", "loss"] {
        let mut script = Script::new();
        let (stream, mut peer, sid) = script.open().await;
        let sending = tokio::spawn({
            let stream = stream.clone();
            async move {
                loop {
                    // The peer does not read: memory, socket and out buffer fill up.
                    if let Err(error) = stream.send(vec![0; 64 * 1024]).await {
                        break error;
                    }
                }
            }
        });
        tokio::time::sleep(Duration::from_secs(1)).await;
        assert!(!sending.is_finished(), "nothing holds the sender back");
        match end {
            "rst" => peer.send(FrameKind::Rst, sid, &[], &[]).await,
            "cancel" => stream.raw.cancel(CancelReason::User),
            _ => drop(peer),
        }
        assert!(sending.await.unwrap().kitex_code().is_some());
    }
}

//! Handlers of streams that meet limits of time.

use std::time::Duration;

use streamgen_runtime::{BidiStreamingServer, Error, RecvTimeout, Result};

use super::Msg;
use super::peer::Peer;

/// A limit that is reached.
pub const SOON: Duration = Duration::from_millis(50);

/// Does as `wish` says, and reports the error that it meets; `None` if it says nothing of time.
pub async fn obey(
    peer: &Peer,
    wish: Option<&str>,
    stream: &mut BidiStreamingServer<Msg, Msg>,
) -> Option<Result<()>> {
    let error = match wish? {
        "recv" => recv(stream).await,
        "recv behind the cancel" => {
            peer.report(&Error::application("started"));
            stream.context().cancelled().await;
            recv(stream).await
        }
        "recv soon" => {
            stream.set_recv_timeout(SOON);
            recv(stream).await
        }
        "recv once" => {
            stream.set_recv_timeout(RecvTimeout::new(SOON).without_cancel_remote());
            peer.report(&recv(stream).await);
            stream.set_recv_timeout(Duration::ZERO);
            return Some(stream.send(Msg::default()).await);
        }
        "flood" => flood(stream).await,
        "flood soon" => {
            stream.set_send_timeout(SOON);
            flood(stream).await
        }
        _ => return None,
    };
    peer.report(&error);
    // The context knows of the end as soon as the stream.
    let reason = stream.context().cancel_reason();
    assert_eq!(reason.map(Error::kind), Some(error.kind()));
    Some(Err(error))
}

async fn recv(stream: &mut BidiStreamingServer<Msg, Msg>) -> Error {
    stream.recv().await.expect_err("nothing comes")
}

async fn flood(stream: &mut BidiStreamingServer<Msg, Msg>) -> Error {
    let text = "m".repeat(256 * 1024);
    loop {
        let message = Msg {
            text: text.clone().into(),
            seq: 0,
        };
        if let Err(error) = stream.send(message).await {
            return error;
        }
    }
}

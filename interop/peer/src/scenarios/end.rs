//! What the server does not outlive: run on request only.

use std::time::Duration;

use super::streams::{in_turn, open_bidi};
use crate::services::Services;
use crate::session::{Check, Session, expect_class, order};

pub async fn exit<S: Services>(session: &Session<S>) -> Check {
    let (mut stream, _) = open_bidi(session, "exit@1").await?;
    in_turn(session, &mut stream, 0).await?;
    expect_class(stream.recv().await, "transport")
}

pub async fn exit_pp<S: Services>(session: &Session<S>) -> Check {
    let (message, _) = order("exit");
    expect_class(session.services.echo(message).await, "transport")
}

/// Keeps a stream busy while the server stops.
pub async fn drain<S: Services>(session: &Session<S>) -> Check {
    let (mut stream, _) = open_bidi(session, "").await?;
    loop {
        let turn = async {
            stream.send(session.message(0)).await?;
            stream.recv().await
        };
        let result = turn.await;
        if result.is_err() {
            return expect_class(result, "transport");
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

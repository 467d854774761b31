//! What the server does not outlive: run on request only.

use std::time::Duration;

use super::streams::{in_turn, open_bidi};
use crate::session::{Check, Session, expect_class, order_attrs};
use crate::stream_gen::peerthrift::Msg;

pub async fn exit(session: &Session) -> Check {
    let (mut stream, _) = open_bidi(session, "exit@1").await?;
    in_turn(session, &mut stream, 0).await?;
    expect_class(stream.recv().await, "transport")
}

pub async fn exit_pp(session: &Session) -> Check {
    let (attrs, _) = order_attrs("exit");
    expect_class(
        session
            .peer
            .echo(Msg {
                attrs,
                ..Msg::default()
            })
            .await,
        "transport",
    )
}

/// Keeps a stream busy while the server stops.
pub async fn drain(session: &Session) -> Check {
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

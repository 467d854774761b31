//! Cases with 200 readers that do nothing, at the client or at the server, while other calls run on
//! the same connection.

use anyhow::Result;

use super::cancel::one_and_no_more;
use super::streams::{exchange, has_body, ping_pong};
use super::unary::large_unary;
use crate::client::Clients;
use crate::messages::response_of;
use crate::stream_gen::grpc::testing::StreamingOutputCallRequest;

const STALLED: usize = 200;
/// How many unread messages each stream has, and how long each of them is. All streams together
/// have more than the 16 MiB up to which Kitex and grpc-go raise the window of a connection.
const UNREAD: usize = 3;
const LEN: usize = 50_000;
/// How many rounds of other calls run beside the stalled streams.
const ROUNDS: usize = 20;

/// The client does not read.
pub(super) async fn stalled_readers(clients: &Clients) -> Result<()> {
    let mut unread = Vec::new();
    for _ in 0..STALLED {
        let request = StreamingOutputCallRequest {
            response_parameters: vec![response_of(LEN); UNREAD],
            ..StreamingOutputCallRequest::default()
        };
        unread.push(clients.test.streaming_output_call(request).await?);
    }
    work(clients).await?;
    for mut stream in unread {
        for _ in 0..UNREAD {
            has_body(stream.recv().await?, LEN)?;
        }
    }
    Ok(())
}

/// The server does not read: its handler sleeps for a minute before it sends the next response.
pub(super) async fn stalled_handlers(clients: &Clients) -> Result<()> {
    let mut waiting = Vec::new();
    for _ in 0..STALLED {
        let mut stream = clients.test.full_duplex_call().await?;
        stream.send(one_and_no_more()).await?;
        has_body(stream.recv().await?, 1)?;
        let (mut sender, receiver) = stream.split();
        // Each server decides how many messages it accepts ahead of its handler, so a task of its
        // own sends them.
        let sending = tokio::spawn(async move {
            for _ in 0..UNREAD {
                if sender.send(exchange(LEN, 1)).await.is_err() {
                    return;
                }
            }
        });
        waiting.push((receiver, sending));
    }
    work(clients).await?;
    for (_, sending) in &waiting {
        sending.abort();
    }
    Ok(())
}

async fn work(clients: &Clients) -> Result<()> {
    for _ in 0..ROUNDS {
        ping_pong(clients).await?;
        large_unary(clients).await?;
    }
    Ok(())
}

//! A server whose process was away, which is what `advance` across a limit looks like to it.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};
use tokio::time::{Instant, advance, sleep};

use super::memory::{ROOM, serve};
use crate::grpc_support::wire::PREFACE;
use crate::wires::server;

const SECOND: Duration = Duration::from_secs(1);
/// The default of a server's `handshake_timeout`.
const BEGINNING: Duration = Duration::from_secs(10);

#[tokio::test(start_paused = true)]
async fn the_parts_of_a_beginning_have_their_time_once_more_together() {
    let (mut near, far) = duplex(ROOM);
    serve(server(), far.into());
    let began = Instant::now();
    // Enough to be known as HTTP/2.
    near.write_all(&PREFACE[..8]).await.unwrap();
    // The clock stands still until the server waits.
    sleep(SECOND).await;
    advance(BEGINNING + SECOND).await;
    // The preface comes late, and the SETTINGS that have to follow it do not come.
    sleep(BEGINNING - 2 * SECOND).await;
    near.write_all(&PREFACE[8..]).await.unwrap();
    near.read_to_end(&mut Vec::new()).await.unwrap();
    assert_eq!(began.elapsed().as_secs(), 22);
}

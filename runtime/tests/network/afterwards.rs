//! Streams whose connection ends while their users do something else: whatever these do next ends with an
//! error, and nothing waits for a connection that is gone.

use std::time::Duration;

use streamgen_runtime::testing::{Cut, Network};
use streamgen_runtime::{BidiStreamingClient, Error, ErrorKind, Result};
use tokio::time::sleep;

use crate::hosts::{client, ended, large, serve, settle, tasks};
use crate::rpc_support::{Msg, Peer, PeerClient, msg};
use crate::wires::Wire;

const MILLI: Duration = Duration::from_millis(1);

/// More than the client's end of a connection or of a stream holds.
const MESSAGES: usize = 100;

const STREAMS: [Wire; 4] = [Wire::Mux, Wire::Long, Wire::Short, Wire::GrpcStream];

type Stream = BidiStreamingClient<Msg, Msg>;

/// What a stream has seen before its connection ends.
#[derive(Debug, Clone, Copy)]
enum Before {
    Nothing,
    AMessage,
    AnAnswer,
}

/// What the stream's user does when the connection has ended.
#[derive(Debug, Clone, Copy)]
enum Next {
    Sends,
    SendsApart,
    Receives,
    HalfCloses,
    AsksForHeader,
    AsksForTrailer,
}

async fn opened(client: &PeerClient, before: Before) -> Result<Stream> {
    let mut stream = client.bidi().await?;
    if !matches!(before, Before::Nothing) {
        stream.send(msg("m")).await?;
    }
    if matches!(before, Before::AnAnswer) {
        stream.recv().await?;
    }
    Ok(stream)
}

/// Lets the user go on. On a connection that lives, any result would do.
async fn goes_on(mut stream: Stream, next: Next) -> Result<()> {
    match next {
        Next::Sends => {
            for _ in 0..MESSAGES {
                stream.send(large()).await?;
            }
        }
        Next::SendsApart => {
            let (mut sender, _receiver) = stream.split();
            for _ in 0..MESSAGES {
                sender.send(large()).await?;
            }
        }
        Next::Receives => while stream.recv().await?.is_some() {},
        Next::HalfCloses => {
            stream.close_send().await?;
            while stream.recv().await?.is_some() {}
        }
        Next::AsksForHeader => drop(stream.header().await?),
        Next::AsksForTrailer => drop(stream.trailer().await?),
    }
    Ok(())
}

fn is_lost(result: Result<()>, what: &str) {
    let kind = result.as_ref().map_err(Error::kind);
    assert_eq!(kind, Err(ErrorKind::Connection), "{what}: {result:?}");
}

async fn nothing_waits(network: &Network, what: &str) {
    settle().await;
    assert_eq!((network.connections(), tasks()), (0, 0), "{what}");
}

async fn lost(wire: Wire, before: Before, how: Cut, next: Next) {
    let what = format!("{wire:?}: {before:?}, then {how:?}, then {next:?}");
    let network = Network::new(1);
    let server = serve(&network, Peer::default()).await;
    let client = client(&network, wire);
    let stream = ended(&what, opened(&client, before)).await.unwrap();
    network.link("a", "b").cut_now(how);
    sleep(MILLI).await;
    let result = ended(&what, goes_on(stream, next)).await;
    match (before, next) {
        // The header has come with the answer.
        (Before::AnAnswer, Next::AsksForHeader) => result.unwrap(),
        _ => is_lost(result, &what),
    }
    drop(client);
    server.stop().await.unwrap();
    nothing_waits(&network, &what).await;
}

#[tokio::test(start_paused = true)]
async fn whatever_a_client_does_next_fails() {
    for wire in STREAMS {
        for before in [Before::Nothing, Before::AMessage, Before::AnAnswer] {
            for how in [Cut::Close, Cut::Reset] {
                for next in [
                    Next::Sends,
                    Next::SendsApart,
                    Next::Receives,
                    Next::HalfCloses,
                    Next::AsksForHeader,
                    Next::AsksForTrailer,
                ] {
                    lost(wire, before, how, next).await;
                }
            }
        }
    }
}

/// A stream that only sends has no reader that could learn of the end meanwhile.
#[tokio::test(start_paused = true)]
async fn a_client_that_only_sends_fails() {
    for wire in STREAMS {
        let what = format!("{wire:?}");
        let network = Network::new(1);
        let server = serve(&network, Peer::default()).await;
        let client = client(&network, wire);
        let mut stream = ended(&what, client.collect().into_future()).await.unwrap();
        server.kill().await;
        sleep(MILLI).await;
        let sending = async {
            for _ in 0..MESSAGES {
                stream.send(large()).await?;
            }
            stream.close_and_recv().await.map(drop)
        };
        is_lost(ended(&what, sending).await, &what);
        drop(client);
        nothing_waits(&network, &what).await;
    }
}

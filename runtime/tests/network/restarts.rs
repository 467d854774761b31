//! Servers that stop and come back while clients call.

use std::time::Duration;

use streamgen_runtime::ErrorKind;
use streamgen_runtime::testing::{Faults, Network};
use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::hosts::{client, ended, serve, settle, tasks};
use crate::rpc_support::Peer;
use crate::wires::{ALL, Wire};

const MILLI: Duration = Duration::from_millis(1);
const LIMIT: Duration = Duration::from_secs(5);
const CALLS: u32 = 200;

/// Makes a call every few milliseconds while the server restarts again and again. Returns how many calls
/// failed.
async fn under_load(wire: Wire, gracefully: bool) -> usize {
    let network = Network::new(3);
    network.faults(Faults {
        latency: MILLI..4 * MILLI,
        ..Faults::default()
    });
    let mut server = serve(&network, Peer::default()).await;
    let client = client(&network, wire);
    let mut calling = JoinSet::new();
    for nth in 0..CALLS {
        let client = client.clone();
        calling.spawn(async move {
            sleep(5 * MILLI * nth).await;
            ended("a call", wire.call(&client, LIMIT)).await
        });
    }
    for _ in 0..5 {
        sleep(100 * MILLI).await;
        match gracefully {
            true => server.stop().await.unwrap(),
            false => server.kill().await,
        }
        sleep(20 * MILLI).await;
        server = serve(&network, Peer::default()).await;
    }
    let mut failed = 0;
    while let Some(called) = calling.join_next().await {
        if let Err(error) = called.unwrap() {
            failed += 1;
            assert_eq!(error.kind(), ErrorKind::Connection, "{wire:?}: {error}");
        }
    }
    // The client has found the new server.
    wire.call(&client, LIMIT).await.unwrap();
    drop(client);
    server.stop().await.unwrap();
    settle().await;
    assert_eq!((network.connections(), tasks()), (0, 0), "{wire:?}");
    failed
}

#[tokio::test(start_paused = true)]
async fn calls_fail_only_for_the_connection_and_find_the_new_server() {
    for wire in ALL {
        for gracefully in [true, false] {
            let failed = under_load(wire, gracefully).await;
            // Those that came while there was no server, a tenth of the time.
            assert!(
                (1..CALLS as usize / 2).contains(&failed),
                "{wire:?}: {failed}"
            );
        }
    }
}

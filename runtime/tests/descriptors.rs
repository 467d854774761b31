//! The default of `max_connections` follows the limit of the process's descriptors. The limit is one
//! of the process, so this test has a process of its own.
#![cfg(unix)]

mod rpc_support;

use std::sync::Arc;
use std::time::Duration;

use rpc_support::{Peer, PeerServer, Running, start};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use streamgen_runtime::{Server, ServerBuilder};
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;
use tokio::time::timeout;

/// For what takes no time on an idle machine.
const LONG: Duration = Duration::from_secs(60);
/// What the process may open when the server is bound.
const DESCRIPTORS: u64 = 200;
/// Three quarters of them.
const CONNECTIONS: usize = 150;

fn server() -> ServerBuilder {
    let service = PeerServer::from(Arc::new(Peer::default()));
    let server = Server::builder().add_service(service);
    // Connections that say nothing stay open for the whole test.
    server.detection_timeout(2 * LONG)
}

/// Connects so often. Returns whether the server keeps each of the connections, and whether it closes
/// the next one within `patience`.
async fn kept(server: &Running, connections: usize, patience: Duration) -> (bool, bool) {
    let mut open = Vec::new();
    for _ in 0..connections {
        open.push(TcpStream::connect(server.address).await.unwrap());
    }
    let mut next = TcpStream::connect(server.address).await.unwrap();
    // The server has dealt with the others when it closes this one.
    let closed = timeout(patience, next.read(&mut [0])).await.is_ok();
    let all_open = open.iter().all(|socket| {
        let read = socket.try_read(&mut [0]);
        read.is_err_and(|error| error.kind() == std::io::ErrorKind::WouldBlock)
    });
    (all_open, closed)
}

#[tokio::test]
async fn connections_leave_a_part_of_the_descriptors_to_others() {
    let before = getrlimit(Resource::Nofile);
    let few = Rlimit {
        current: Some(DESCRIPTORS),
        ..before
    };
    setrlimit(Resource::Nofile, few).unwrap();
    let by_default = start(server()).await;
    let told = start(server().max_connections(CONNECTIONS + 1)).await;
    // The clients are in this process, too.
    setrlimit(Resource::Nofile, before).unwrap();
    let default = kept(&by_default, CONNECTIONS, LONG).await;
    assert_eq!(default, (true, true));
    let more = kept(&told, CONNECTIONS, Duration::from_millis(200)).await;
    assert_eq!(more, (true, false));
}

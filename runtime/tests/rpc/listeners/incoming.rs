//! Connections that something else accepts: here, both ends in memory.

use std::collections::VecDeque;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;
use streamgen_runtime::client::{Dial, Dialling, Endpoint};
use streamgen_runtime::server::{Accepted, ListenOn};
use tokio::io::{AsyncWriteExt, DuplexStream, duplex};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::oneshot;

use super::served::{Served, draining, ended, is_closed, stops_gracefully, telling_the_peer};
use crate::rpc_support::PeerClient;
use crate::wires::{ALL, PATIENT, Wire, server};

/// Bytes that a connection holds in each direction.
const ROOM: usize = 64 * 1024;

/// What a server is given.
type Next = io::Result<Accepted>;

/// Connects in memory.
#[derive(Clone)]
pub(crate) struct Connect(UnboundedSender<Next>);

impl Connect {
    pub(crate) fn stream(&self) -> io::Result<DuplexStream> {
        let (near, far) = duplex(ROOM);
        self.give(Ok(far.into()))?;
        Ok(near)
    }

    pub(crate) fn give(&self, next: Next) -> io::Result<()> {
        let given = self.0.send(next);
        given.map_err(|_| io::ErrorKind::ConnectionRefused.into())
    }

    pub(crate) fn client(&self, wire: Wire) -> PeerClient {
        let builder = wire.builder(&["in-memory:1".to_owned()]);
        builder.dial(self.clone()).build().unwrap()
    }
}

impl Dial for Connect {
    fn dial<'a>(&'a self, _: &'a Endpoint) -> Dialling<'a> {
        Box::pin(async { Ok(self.stream()?.into()) })
    }
}

/// The connections that are made so.
pub(crate) struct Incoming(UnboundedReceiver<Next>);

impl Stream for Incoming {
    type Item = Next;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Next>> {
        self.0.poll_recv(cx)
    }
}

pub(crate) fn in_memory() -> (Connect, Incoming) {
    let (give, take) = unbounded_channel();
    (Connect(give), Incoming(take))
}

#[tokio::test]
async fn a_server_in_memory_serves_every_wire() {
    let (connect, incoming) = in_memory();
    let serving = tokio::spawn(server().serve_with_incoming(incoming));
    for wire in ALL {
        let client = connect.client(wire);
        wire.call(&client, PATIENT).await.unwrap();
        wire.call(&client, PATIENT).await.unwrap();
    }
    serving.abort();
}

#[tokio::test]
async fn a_server_in_memory_stops_gracefully() {
    for wire in ALL {
        let (connect, incoming) = in_memory();
        let (builder, told) = draining();
        let serving = Served::on(builder, ListenOn::incoming(incoming)).await;
        stops_gracefully(wire, connect.client(wire), serving, told).await;
        wire.fails_to_connect(&connect.client(wire)).await;
    }
}

#[tokio::test]
async fn serving_in_memory_ends_with_its_shutdown() {
    let (connect, incoming) = in_memory();
    let (stop, stopped) = oneshot::channel::<()>();
    let stopped = async { drop(stopped.await) };
    let serving = server().serve_with_incoming_shutdown(incoming, stopped);
    let serving = tokio::spawn(serving);
    let client = connect.client(Wire::Framed);
    Wire::Framed.call(&client, PATIENT).await.unwrap();
    stop.send(()).unwrap();
    ended(serving).await;
}

#[tokio::test]
async fn connections_in_memory_are_limited() {
    let (connect, incoming) = in_memory();
    let server = server().max_connections(1);
    let serving = tokio::spawn(server.serve_with_incoming(incoming));
    let mut first = connect.stream().unwrap();
    // Half a protocol: the connection stays until detection gives up.
    first.write_all(&[0; 4]).await.unwrap();
    is_closed(&mut connect.stream().unwrap()).await;
    serving.abort();
}

/// A few connections, and then no more.
struct Few(VecDeque<Next>);

impl Stream for Few {
    type Item = Next;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Next>> {
        Poll::Ready(self.0.pop_front())
    }
}

/// Dials the one connection that there is.
struct Once(std::sync::Mutex<Option<DuplexStream>>);

impl Dial for Once {
    fn dial<'a>(&'a self, _: &'a Endpoint) -> Dialling<'a> {
        let only = self.0.lock().unwrap().take();
        Box::pin(async { Ok(only.ok_or(io::ErrorKind::ConnectionRefused)?.into()) })
    }
}

#[tokio::test]
async fn the_last_connections_are_served_to_their_end() {
    for wire in ALL {
        if wire == Wire::Short {
            continue; // a connection for each stream
        }
        let (near, far) = duplex(ROOM);
        let few = Few(VecDeque::from([Ok(far.into())]));
        let serving = tokio::spawn(server().serve_with_incoming(few));
        let builder = wire.builder(&["in-memory:1".to_owned()]);
        let dial = Once(std::sync::Mutex::new(Some(near)));
        let client = builder.dial(dial).build().unwrap();
        for _ in 0..3 {
            wire.call(&client, PATIENT).await.unwrap();
        }
        assert!(!serving.is_finished());
        drop(client);
        ended(serving).await;
    }
}

#[tokio::test]
async fn an_error_of_the_stream_ends_nothing() {
    let (connect, incoming) = in_memory();
    let serving = tokio::spawn(server().serve_with_incoming(incoming));
    for kind in [io::ErrorKind::ConnectionAborted, io::ErrorKind::Other] {
        connect.give(Err(kind.into())).unwrap();
    }
    let client = connect.client(Wire::Framed);
    Wire::Framed.call(&client, PATIENT).await.unwrap();
    serving.abort();
}

/// Connects as behind a proxy that tells whom it stands for.
struct Proxied(Connect);

impl Dial for Proxied {
    fn dial<'a>(&'a self, _: &'a Endpoint) -> Dialling<'a> {
        Box::pin(async {
            let (near, far) = duplex(ROOM);
            let client = SocketAddr::from(([192, 0, 2, 7], 77));
            self.0.give(Ok(Accepted::new(far).with_peer(client)))?;
            Ok(near.into())
        })
    }
}

#[tokio::test]
async fn handlers_see_the_address_that_came_with_the_connection() {
    let (connect, incoming) = in_memory();
    let serving = tokio::spawn(telling_the_peer().serve_with_incoming(incoming));
    for wire in ALL {
        assert_eq!(wire.told(&connect.client(wire)).await, "None");
        let builder = wire.builder(&["in-memory:1".to_owned()]);
        let client = builder.dial(Proxied(connect.clone())).build().unwrap();
        let seen = wire.told(&client).await;
        assert_eq!(seen, "Some(192.0.2.7:77)", "{wire:?}");
    }
    serving.abort();
}

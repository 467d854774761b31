//! What a context carries to a handler, on every wire.

use crate::rpc_support;
use crate::wires;

use std::sync::Arc;

use rpc_support::{Mark, Peer, PeerServer, start};
use streamgen_runtime::server::{Arguments, PingPongFuture, ServerStream, Service, StreamFuture};
use streamgen_runtime::{Context, Server, ServiceInfo};
use wires::{ALL, Wire};

/// Stands in front of a service, and marks its calls.
struct Marked<S>(S, Mark);

impl<S: Service> Service for Marked<S> {
    fn info(&self) -> &'static ServiceInfo {
        self.0.info()
    }

    fn ping_pong(&self, method: usize, cx: Context, args: Arguments) -> PingPongFuture {
        let cx = cx.with_extension(self.1.clone());
        self.0.ping_pong(method, cx, args)
    }

    fn stream(&self, method: usize, cx: Context, stream: ServerStream) -> StreamFuture {
        let cx = cx.with_extension(self.1.clone());
        self.0.stream(method, cx, stream)
    }
}

fn peer(always: &'static str) -> PeerServer<Peer> {
    let peer = Peer {
        always,
        ..Peer::default()
    };
    PeerServer::from(Arc::new(peer))
}

#[tokio::test]
async fn handlers_find_what_was_put_in_front_of_them() {
    let marked = Marked(peer("mark"), Mark(7));
    let server = start(Server::builder().add_service(marked)).await;
    for wire in ALL {
        let client = wire.client(&[server.address.to_string()]);
        assert_eq!(wire.told(&client).await, "Some(Mark(7))", "{wire:?}");
    }
    let server = start(Server::builder().add_service(peer("mark"))).await;
    for wire in ALL {
        let client = wire.client(&[server.address.to_string()]);
        assert_eq!(wire.told(&client).await, "None", "{wire:?}");
    }
}

/// The context that the handler is given is another one then, of the same call.
#[tokio::test]
async fn what_a_marked_call_sends_back_arrives() {
    let marked = Marked(peer(""), Mark(7));
    let server = start(Server::builder().add_service(marked)).await;
    let client = Wire::TtHeader.client(&[server.address.to_string()]);
    let call = client.hello("x".into()).metainfo("do", "back");
    let (_, backward) = call.with_backward().await.unwrap();
    assert_eq!(backward.get("back"), Some("b1"));
}

//! What users send is nobody else's business.

use streamgen_runtime::Server;

use crate::capture::Capture;
use crate::errors_support::{WIRES, Wire};
use crate::rpc_support::{PeerClient, Running, msg};
use crate::serve;

/// Stands for whatever nobody may read.
const SECRET: &str = "open-sesame";

/// Calls that carry it wherever a call can.
async fn calls(wire: Wire, client: &PeerClient, wish: &'static str) {
    if wire == Wire::Framed {
        // Framed carries no metainfo. A call that is refused because of it reveals nothing either.
        let refused = client.hello(SECRET.into()).metainfo("token", SECRET).await;
        assert!(refused.is_err());
        let _ = client.hello(SECRET.into()).await;
        let _ = client.echo(msg(SECRET)).await;
        return;
    }
    if !wire.is_stream() {
        let call = client.hello(SECRET.into()).metainfo("do", wish);
        let _ = call.metainfo("token", SECRET).await;
        let call = client.echo(msg(SECRET)).metainfo("do", wish);
        let _ = call.persistent_metainfo("token", SECRET).await;
        return;
    }
    let call = client.bidi().metainfo("do", wish);
    let mut stream = call.metainfo("token", SECRET).await.unwrap();
    let _ = stream.send(msg(SECRET)).await;
    let _ = stream.recv().await;
    stream.cancel();
}

async fn made(wire: Wire, server: &Running) {
    let client = wire.client(server.address);
    for wish in ["", "biz", "err", "about", "back", "header", "panic"] {
        calls(wire, &client, wish).await;
    }
    drop(client);
    let mut many = wire.builder(PeerClient::builder("peer"), server.address);
    if wire.is_grpc() {
        many = many.caller(SECRET);
        let client = many.build().unwrap();
        let _ = client
            .hello(SECRET.into())
            .header([("token", SECRET)])
            .await;
    }
}

/// Neither ours nor, behind gRPC, h2's.
#[tokio::test]
async fn no_event_and_no_span_holds_a_byte_of_a_message_or_a_value_of_metadata() {
    for wire in WIRES {
        let seen = Capture::filtered("trace");
        let mut server = serve(Server::builder(), "").await;
        made(wire, &server).await;
        if wire == Wire::Framed {
            for always in ["biz", "err", "panic"] {
                made(wire, &serve(Server::builder(), always).await).await;
            }
        }
        server.stop.take().unwrap().send(()).unwrap();
        (&mut server.serving).await.unwrap().unwrap();
        let all = seen.all();
        assert!(all.len() > 10, "{wire:?}");
        for told in all {
            let text = format!("{told:?}");
            assert!(!text.contains(SECRET), "{wire:?}: {text}");
            assert!(!text.contains("111, 112, 101, 110, 45"), "{wire:?}: {text}");
        }
    }
}

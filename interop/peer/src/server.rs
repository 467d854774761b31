//! The server. It offers both services of one IDL, or those of both IDLs, on one port until a
//! signal or `-stop-after` ends it.

use std::sync::Arc;
use std::time::Duration;

use streamgen_runtime::fleet::Registering;
use streamgen_runtime::server::{ListenOn, Service};
use streamgen_runtime::{Server, ServerBuilder};
use tokio::signal::unix::{SignalKind, signal};

use crate::handlers::{OtherHandler, OtherPbHandler, PeerHandler, PeerPbHandler};
use crate::options::ServerOptions;
use crate::outcome::Outcomes;
use crate::output::{emit, fields};
use crate::protobuf_gen::peerpb::other_pb::OtherPbServer;
use crate::protobuf_gen::peerpb::peer_pb::PeerPbServer;
use crate::session::During;
use crate::stream_gen::peerthrift::other::OtherServer;
use crate::stream_gen::peerthrift::peer::PeerServer;
use crate::wire::Family;

pub async fn serve(options: ServerOptions) -> Result<(), String> {
    let outcomes = Arc::new(Outcomes::default());
    let mut server = Server::builder().exit_wait(options.exit_wait);
    server = server.call_limit(options.limit);
    server = server.drain_delay(options.drain_delay);
    if let Some(etcd) = options.registry {
        server = server.registry(Registering::new(options.name, etcd));
    }
    for (place, family) in options.families.iter().enumerate() {
        for name in &options.services {
            server = add_service(server, *family, name, place == 0, &outcomes);
        }
    }
    let on = ListenOn::inherited_or(&options.addr);
    let server = server.bind(on).await.during("listen")?;
    let address = server.local_addr().during("address")?.to_string();
    emit(
        "listening",
        fields! { "services" => options.services, "~addr" => address },
    );
    let stop = stop_signal(options.stop_after)?;
    server.serve_with_shutdown(stop).await.during("serve")?;
    emit("stopped", fields! {});
    Ok(())
}

/// A server has one fallback service: the service `peer` of its first IDL.
fn add_service(
    server: ServerBuilder,
    family: Family,
    name: &str,
    is_first: bool,
    outcomes: &Arc<Outcomes>,
) -> ServerBuilder {
    let outcomes = Arc::clone(outcomes);
    match (family, name) {
        (Family::Thrift, "peer") => {
            add_peer(server, PeerServer::new(PeerHandler(outcomes)), is_first)
        }
        (Family::Thrift, _) => server.add_service(OtherServer::new(OtherHandler(outcomes))),
        (Family::Protobuf, "peer") => {
            add_peer(server, PeerPbServer::new(PeerPbHandler(outcomes)), is_first)
        }
        (Family::Protobuf, _) => server.add_service(OtherPbServer::new(OtherPbHandler(outcomes))),
    }
}

fn add_peer(server: ServerBuilder, peer: impl Service, is_fallback: bool) -> ServerBuilder {
    if is_fallback {
        server.add_fallback_service(peer)
    } else {
        server.add_service(peer)
    }
}

/// Ends on SIGINT or SIGTERM, or after a time if one is given.
fn stop_signal(after: Duration) -> Result<impl Future<Output = ()> + Send, String> {
    let mut interrupt = signal(SignalKind::interrupt()).during("signal")?;
    let mut terminate = signal(SignalKind::terminate()).during("signal")?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
            () = tokio::time::sleep(after), if !after.is_zero() => {}
        }
        emit("stopping", fields! {});
    })
}

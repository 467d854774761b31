//! The server `snapshot-chat`. This file is yours: streamgen wrote it once, and adds new services.

mod handler;
mod stream_gen;

use handler::ChatImpl;
use stream_gen::chat::chat::ChatServer;

/// Where the server listens unless the first argument says otherwise: Kitex's own default.
const DEFAULT_ADDRESS: &str = "0.0.0.0:8888";

#[tokio::main]
async fn main() -> streamgen_runtime::Result<()> {
    let address = std::env::args().nth(1);
    let address = address.as_deref().unwrap_or(DEFAULT_ADDRESS);
    // A socket that systemd or an earlier process hands over comes first.
    let on = streamgen_runtime::server::ListenOn::inherited_or(address);
    println!("snapshot-chat is listening on {on}");
    streamgen_runtime::Server::builder()
        .add_service(ChatServer::new(ChatImpl))
        // SERVICE_REGISTRY=etcd://host:2379 or nacos://host:8848 in the environment: clients find
        // the server there, if it is built with `--features etcd` or `--features nacos`.
        .registry_from_env("snapshot-chat", "SERVICE_REGISTRY")?
        .stop_on_signals()
        .serve(on)
        .await
}

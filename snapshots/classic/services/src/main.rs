//! The server `snapshot-classic-services`. This file is yours: streamgen wrote it once, and adds new services.

mod handler;
mod stream_gen;

use handler::AdminImpl;
use handler::FeedImpl;
use handler::NothingImpl;
use handler::PlainImpl;
use handler::StoreImpl;
use stream_gen::samples::services::admin::AdminServer;
use stream_gen::samples::services::feed::FeedServer;
use stream_gen::samples::services::nothing::NothingServer;
use stream_gen::samples::services::plain::PlainServer;
use stream_gen::samples::services::store::StoreServer;

/// Where the server listens unless the first argument says otherwise: Kitex's own default.
const DEFAULT_ADDRESS: &str = "0.0.0.0:8888";

#[tokio::main]
async fn main() -> streamgen_runtime::Result<()> {
    let address = std::env::args().nth(1);
    let address = address.as_deref().unwrap_or(DEFAULT_ADDRESS);
    // A socket that systemd or an earlier process hands over comes first.
    let on = streamgen_runtime::server::ListenOn::inherited_or(address);
    println!("snapshot-classic-services is listening on {on}");
    streamgen_runtime::Server::builder()
        .add_fallback_service(StoreServer::new(StoreImpl))
        .add_service(FeedServer::new(FeedImpl))
        .add_service(PlainServer::new(PlainImpl))
        .add_service(AdminServer::new(AdminImpl))
        .add_service(NothingServer::new(NothingImpl))
        // SERVICE_REGISTRY=etcd://host:2379 or nacos://host:8848 in the environment: clients find
        // the server there, if it is built with `--features etcd` or `--features nacos`.
        .registry_from_env("snapshot-classic-services", "SERVICE_REGISTRY")?
        .stop_on_signals()
        .serve(on)
        .await
}

//! Serves the chat example, and its metrics to Prometheus, and makes a call each second.

use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use chat_example::Model;
use chat_example::stream_gen::chat::chat::ChatServer;
use chat_example::thrift_gen::chat::thrift_chat::ThriftChatServer;
use metrics_exporter_prometheus::PrometheusBuilder;
use streamgen_runtime::{Server, describe_metrics};
use tokio::sync::mpsc;

/// Where Prometheus reads: `curl 127.0.0.1:9184/metrics`.
const METRICS: (IpAddr, u16) = (IpAddr::V4(Ipv4Addr::LOCALHOST), 9184);

/// The upper bounds of the buckets of all histograms, in milliseconds: most of them hold times.
const MILLISECONDS: [f64; 12] = [
    0.5, 1.0, 2.5, 5.0, 10.0, 25.0, 50.0, 100.0, 250.0, 1_000.0, 5_000.0, 30_000.0,
];

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // The recorder comes first: what happens before it is installed is counted nowhere.
    PrometheusBuilder::new()
        .with_http_listener(METRICS)
        .set_buckets(&MILLISECONDS)?
        .install()?;
    describe_metrics();
    let (stopped, mut reports) = mpsc::unbounded_channel();
    let model = Model { stopped };
    let server = Server::builder()
        .add_service(ChatServer::new(model.clone()))
        .add_service(ThriftChatServer::new(model))
        .bind("127.0.0.1:8084")
        .await?;
    let address = server.local_addr()?.to_string();
    tokio::spawn(server.serve());
    loop {
        chat_example::over_grpc(&address).await?;
        chat_example::over_ttheader(&address).await?;
        // The handlers report each call that was stopped. This program does not need the reports.
        while reports.try_recv().is_ok() {}
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

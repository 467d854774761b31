//! Server and client in one program, on a free port: `cargo run -p chat-example`.
#![allow(clippy::print_stdout, reason = "printing is what this program is for")]

use chat_example::Model;
use chat_example::stream_gen::chat::chat::ChatServer;
use chat_example::thrift_gen::chat::thrift_chat::ThriftChatServer;
use streamgen_runtime::{Result, Server};
use tokio::sync::mpsc;

#[tokio::main]
async fn main() -> Result<()> {
    let (stopped, mut reports) = mpsc::unbounded_channel();
    let model = Model { stopped };
    let server = Server::builder()
        .add_service(ChatServer::new(model.clone()))
        .add_service(ThriftChatServer::new(model))
        .bind("127.0.0.1:0")
        .await?;
    let address = server.local_addr()?.to_string();
    let serving = tokio::spawn(server.serve());
    chat_example::over_grpc(&address).await?;
    report(&mut reports).await;
    chat_example::over_ttheader(&address).await?;
    report(&mut reports).await;
    serving.abort();
    Ok(())
}

/// Waits for what the server says of the call that was stopped.
async fn report(reports: &mut mpsc::UnboundedReceiver<u32>) {
    if let Some(tokens) = reports.recv().await {
        println!("server: stopped after {tokens} tokens");
    }
}

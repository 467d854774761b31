//! The server alone: `cargo run -p chat-example --example chat-server`.
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
        .bind("127.0.0.1:8084")
        .await?;
    println!("listening on {}", server.local_addr()?);
    tokio::spawn(async move {
        while let Some(tokens) = reports.recv().await {
            println!("server: stopped after {tokens} tokens");
        }
    });
    server.serve().await
}

//! Server and client in one program, on a free port: `cargo run -p chat-example`.
#![allow(clippy::print_stdout, reason = "printing is what this program is for")]

use chat_example::Model;
use chat_example::stream_gen::chat::chat::ChatServer;
use streamgen_runtime::{Result, Server};
use tokio::sync::mpsc;

#[tokio::main]
async fn main() -> Result<()> {
    let (stopped, mut reports) = mpsc::unbounded_channel();
    let server = Server::builder()
        .add_service(ChatServer::new(Model { stopped }))
        .bind("127.0.0.1:0")
        .await?;
    let address = server.local_addr()?.to_string();
    let serving = tokio::spawn(server.serve());
    let called = chat_example::call(&address).await;
    if called.is_ok()
        && let Some(tokens) = reports.recv().await
    {
        println!("server: stopped after {tokens} tokens");
    }
    serving.abort();
    called
}

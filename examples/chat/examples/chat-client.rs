//! The client alone: `cargo run -p chat-example --example chat-client`.

use streamgen_runtime::Result;

#[tokio::main]
async fn main() -> Result<()> {
    chat_example::call("127.0.0.1:8084").await
}

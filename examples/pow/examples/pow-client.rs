//! The client alone: `cargo run -p pow-example --example pow-client`.

use streamgen_runtime::Result;

#[tokio::main]
async fn main() -> Result<()> {
    pow_example::call("127.0.0.1:8082").await
}

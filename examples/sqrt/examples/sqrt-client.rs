//! The client alone: `cargo run -p sqrt-example --example sqrt-client`.

use streamgen_runtime::Result;

#[tokio::main]
async fn main() -> Result<()> {
    sqrt_example::call("127.0.0.1:8083").await
}

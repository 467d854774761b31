//! The client alone: `cargo run -p sum-example --example sum-client`.

use streamgen_runtime::Result;

#[tokio::main]
async fn main() -> Result<()> {
    sum_example::call("127.0.0.1:8081").await
}

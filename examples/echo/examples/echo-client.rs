//! The client alone: `cargo run -p echo-example --example echo-client -- -addr 127.0.0.1:8888`.

use streamgen_runtime::{Error, Result};

#[tokio::main]
async fn main() -> Result<()> {
    let address =
        echo_example::address(std::env::args().skip(1)).map_err(Error::invalid_argument)?;
    echo_example::call_all(&address).await
}

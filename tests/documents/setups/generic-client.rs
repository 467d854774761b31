use std::time::Duration;

use streamgen_dynamic::Provider;
use streamgen_dynamic::client::JsonClient;
use streamgen_runtime::client::Channel;

async fn calls() -> Result<(), Box<dyn std::error::Error>> {
// the block
let _ = (reply, stream, tx.send("{}").await, rx.recv().await);
Ok(())
}

use std::time::Duration;

use documents::guide::*;

#[tokio::main]
async fn main() -> Result<()> {
let client = client_of(Echo).build()?;
// the block
Ok(())
}

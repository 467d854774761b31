use streamgen_runtime::client::{BinaryClient, Channel};
use streamgen_runtime::{RawMessage, Result};

async fn call(arguments: RawMessage, message: RawMessage) -> Result<()> {
// the block
let _ = (result, answer);
Ok(())
}

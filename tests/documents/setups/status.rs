use streamgen_runtime::{Code, Error, Result};

fn answer() -> Result<()> {
// the block
}

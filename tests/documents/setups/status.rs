use streamgen_runtime::{Error, Result, codes};

fn answer() -> Result<()> {
// the block
}

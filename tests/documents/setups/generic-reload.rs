use streamgen_dynamic::Provider;
use streamgen_dynamic::client::{CallError, JsonClient};

fn reload(provider: &Provider, client: &JsonClient) -> Result<(), CallError> {
// the block
Ok(())
}

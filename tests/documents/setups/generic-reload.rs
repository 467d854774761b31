use streamgen_dynamic::Provider;
use streamgen_dynamic::client::{CallError, JsonClient};
use streamgen_dynamic::server::{JsonHandler, JsonService};

fn reload(
    provider: &Provider,
    client: &JsonClient,
    service: &JsonService<impl JsonHandler>,
) -> Result<(), CallError> {
// the block
Ok(())
}

use serde_json::{Value, json};
use streamgen_dynamic::client::{CallError, JsonClient};

#[derive(serde::Deserialize, serde::Serialize)]
struct Request {
    message: String,
}

async fn calls(client: JsonClient) -> Result<(), CallError> {
// the block
let _ = reply;
Ok(())
}

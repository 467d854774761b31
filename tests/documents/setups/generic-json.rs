use streamgen_dynamic::Provider;
use streamgen_dynamic::client::CallError;
use streamgen_dynamic::server::{JsonBidiStreamingServer, JsonHandler, JsonService};
use streamgen_runtime::{Context, Error, Server};

// the block

fn main() {}

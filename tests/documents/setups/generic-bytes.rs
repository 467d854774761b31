use streamgen_runtime::server::{BinaryHandler, Service};
use streamgen_runtime::{BidiStreamingServer, Context, RawMessage, Result, Server, ServerBuilder};

// the block

fn main() {}

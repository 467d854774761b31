use streamgen_runtime::middleware::*;
use streamgen_runtime::{BizStatusError, ClientBuilder, Error, Result, Server, ServerBuilder};

// the block

fn main() {}

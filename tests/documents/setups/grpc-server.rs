use pow_example::stream_gen::pow::pow::PowServer;
use pow_example::{Powers, stream_gen};
use streamgen_runtime::health::{Health, ServingStatus};
use streamgen_runtime::reflection::Reflection;
use streamgen_runtime::{Result, Server, ServerBuilder};

fn server() -> Result<ServerBuilder> {
Ok({
// the block
})
}

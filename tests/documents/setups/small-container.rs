use pow_example::Powers;
use pow_example::stream_gen::pow::pow::PowServer;
use streamgen_runtime::{GrpcLimits, Limits, Server};

// the block
let _ = server;

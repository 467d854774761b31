use echo_example::stream_gen::echo::test_service::TestService;
use echo_example::stream_gen::echo::{Request, Response};
use streamgen_runtime::{
    BidiStreamingServer, ClientStreamingServer, Context, Result, ServerStreamingServer,
};

struct Echo;

// the block

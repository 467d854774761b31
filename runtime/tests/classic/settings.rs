//! Settings without effect on a client's wires.

use streamgen_runtime::{GrpcLimits, Limits, Transport};

use super::*;

#[test]
fn settings_that_only_the_other_client_could_use_are_refused() {
    let calls = || DeskClient::builder("desk").address("127.0.0.1:1");
    let streams = || DeskStreamClient::builder("desk").address("127.0.0.1:1");
    let error = |refused: streamgen_runtime::Result<()>| refused.unwrap_err().to_string();

    let refused = error(calls().stream_limits(Limits::default()).build().map(drop));
    assert!(
        refused.contains("`.stream_limits(…)` has no effect over Framed"),
        "{refused}"
    );
    let refused = error(calls().grpc_limits(GrpcLimits::default()).build().map(drop));
    assert!(
        refused.contains("`.grpc_limits(…)` has no effect over Framed"),
        "{refused}"
    );
    let refused = error(streams().stream_limits(Limits::default()).build().map(drop));
    assert!(
        refused.contains("`.stream_limits(…)` has no effect over gRPC"),
        "{refused}"
    );

    let streams = streams().transport(Transport::TtHeaderStreaming);
    let built = streams.stream_limits(Limits::default()).build();
    built.unwrap();
}

use super::*;
use crate::call::{CallAbilities, Cancellation, Incoming, Shape, StopStages};
use crate::metadata::Metadata;
use crate::service::{MethodInfo, Mode, PayloadCodec, ServiceInfo, Transport};

static SERVICE: ServiceInfo = ServiceInfo::new(
    "S",
    "",
    PayloadCodec::Thrift,
    Transport::Grpc,
    &[MethodInfo::new("m", Mode::PingPong)],
);

static GRPC: CallAbilities = CallAbilities {
    wire: "GRPC",
    rpc_system: "grpc",
    header: Some(|_| Ok(())),
    backward: true,
    compression: true,
    streams_only: true,
};

const PARENT: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
const OTHER: &str = "00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-01";

/// The call that a handler makes after its own call has brought `pairs`.
fn passed_on<const N: usize>(pairs: [(&'static str, &'static str); N], plain: bool) -> Outgoing {
    let mut call = Outgoing::new(&SERVICE, &SERVICE.methods[0]);
    pass_on(&context(pairs), &mut call, plain);
    call
}

fn incoming<const N: usize>(pairs: [(&'static str, &'static str); N]) -> Incoming {
    Incoming {
        shape: Shape::Stream,
        package: None,
        service: "S".into(),
        method: "m".into(),
        metadata: pairs.into_iter().collect(),
        caller: FastStr::empty(),
        payload: PayloadCodec::Thrift,
        abilities: &GRPC,
        peer: None,
        timeout: None,
        certificates: None,
    }
}

fn context<const N: usize>(pairs: [(&'static str, &'static str); N]) -> Context {
    let called = (&SERVICE, &SERVICE.methods[0]);
    let (stop, cancellation) = (StopStages::default(), Cancellation::new());
    Context::serving(called, incoming(pairs), stop, cancellation, None)
}

#[test]
fn a_handler_that_knows_of_no_trace_passes_it_on_to_every_wire() {
    // TTHeader keeps the case of keys, and gRPC does not.
    for key in ["RPC_TRANSIT_traceparent", "RPC_TRANSIT_TRACEPARENT"] {
        let call = passed_on([(key, PARENT), ("RPC_TRANSIT_tenant", "7")], true);
        let sent: Metadata = [("RPC_TRANSIT_traceparent", PARENT)].into_iter().collect();
        assert_eq!(call.metainfo, sent, "other values end here");
        assert_eq!(call.header.get("traceparent"), Some(PARENT));
    }
    let call = passed_on([("RPC_TRANSIT_traceparent", PARENT)], false);
    assert!(call.header.is_empty(), "the wire has no header");
}

#[test]
fn a_trace_of_a_service_without_kitex_is_passed_on_to_services_with_it() {
    let call = passed_on([("traceparent", PARENT), ("tracestate", "a=b")], false);
    assert_eq!(call.metainfo.get("RPC_TRANSIT_traceparent"), Some(PARENT));
    assert_eq!(call.metainfo.get("RPC_TRANSIT_tracestate"), Some("a=b"));
    // The metainfo of Kitex's suite counts before a header that a proxy may have added.
    let both = [("RPC_TRANSIT_TRACEPARENT", PARENT), ("traceparent", OTHER)];
    let call = passed_on(both, true);
    assert_eq!(call.header.get("traceparent"), Some(PARENT));
}

#[test]
fn what_a_call_sets_itself_is_sent() {
    let mut call = Outgoing::new(&SERVICE, &SERVICE.methods[0]);
    call.metainfo = [("RPC_TRANSIT_TraceParent", OTHER)].into_iter().collect();
    call.header = [("traceparent", OTHER)].into_iter().collect();
    pass_on(&context([("traceparent", PARENT)]), &mut call, true);
    assert_eq!(call.metainfo.iter().count(), 1);
    assert_eq!(call.header.get("traceparent"), Some(OTHER));
}

//! Settings of clients that are no limits of time.

use std::time::Duration;

use streamgen_runtime::client::{Channel, ClientBuilder, ServiceClient};
use streamgen_runtime::middleware::Hooks;
use streamgen_runtime::retry::RetryPolicy;
use streamgen_runtime::{
    Encoding, GrpcLimits, Limits, MethodInfo, Mode, PayloadCodec, PoolMode, ServiceInfo,
    StreamClientBuilder, TransientPropagation, Transport, UnaryTransport,
};

use crate::{
    Cell, KINDS, Kind, Row, STREAMS, around_call, around_recv, around_send, refused, stream_hooks,
};

type Builder = ClientBuilder<ServiceClient>;
type Setting = (&'static str, &'static str, fn(Builder) -> Builder);

const MUX: PoolMode = PoolMode::Mux { slots: 2 };
const MINUTE: Duration = Duration::from_secs(60);

/// Each with its name in Kitex.
const SETTINGS: [Setting; 23] = [
    (
        "transport(TtHeaderStreaming)",
        "client.WithTransportProtocol(TTHeaderStreaming)",
        |builder| builder.transport(Transport::TtHeaderStreaming),
    ),
    (
        "transport(Grpc)",
        "client.WithTransportProtocol(GRPC)",
        |builder| builder.transport(Transport::Grpc),
    ),
    ("caller", "client.WithClientBasicInfo", |builder| {
        builder.caller("me")
    }),
    ("retry", "client.WithRetryMethodPolicies", |builder| {
        builder.retry("Hello", RetryPolicy::failure())
    }),
    ("retry_safe", "", |builder| {
        builder.retry_safe(RetryPolicy::failure())
    }),
    ("pool(Mux)", "client.WithGRPCConnPoolSize", |builder| {
        builder.pool(MUX)
    }),
    ("pool(Long)", "", |builder| builder.pool(PoolMode::LONG)),
    ("pool(Short)", "client.WithShortConnection", |builder| {
        builder.pool(PoolMode::Short)
    }),
    ("unary_pool(Mux)", "client.WithMuxConnection", |builder| {
        builder.unary_pool(MUX)
    }),
    ("unary_pool(Long)", "client.WithLongConnection", |builder| {
        builder.unary_pool(PoolMode::LONG)
    }),
    (
        "unary_pool(Short)",
        "client.WithShortConnection",
        |builder| builder.unary_pool(PoolMode::Short),
    ),
    ("checksum", "codec.CodecConfig.CRC32Check", |builder| {
        builder.checksum(true)
    }),
    (
        "max_idle_per_address",
        "connpool.IdleConfig.MaxIdlePerAddress",
        |builder| builder.max_idle_per_address(1),
    ),
    ("max_idle", "connpool.IdleConfig.MaxIdleGlobal", |builder| {
        builder.max_idle(1)
    }),
    (
        "idle_timeout",
        "connpool.IdleConfig.MaxIdleTimeout",
        |builder| builder.idle_timeout(MINUTE),
    ),
    ("transient_propagation", "", |builder| {
        builder.transient_propagation(TransientPropagation::EveryHop)
    }),
    ("max_message", "", |builder| builder.max_message(1 << 20)),
    ("stream_limits", "", |builder| {
        builder.stream_limits(Limits::default())
    }),
    ("grpc_limits", "", |builder| {
        builder.grpc_limits(GrpcLimits::default())
    }),
    (
        "unary_middleware",
        "client.WithUnaryOptions(WithUnaryMiddleware)",
        |builder| builder.unary_middleware(around_call),
    ),
    (
        "stream_middleware",
        "client.WithStreamOptions(WithStreamMiddleware)",
        |builder| builder.stream_middleware(around_call),
    ),
    (
        "recv_middleware",
        "client.WithStreamOptions(WithStreamRecvMiddleware)",
        |builder| builder.recv_middleware(around_recv),
    ),
    (
        "send_middleware",
        "client.WithStreamOptions(WithStreamSendMiddleware)",
        |builder| builder.send_middleware(around_send),
    ),
];

pub(crate) fn rows() -> Vec<Row> {
    let rows = SETTINGS.map(|(name, kitex, set)| (name, kitex, cells(name, set)));
    let compress = |builder: Builder| builder.encoding(Encoding::GZIP);
    let encoding = ("encoding", "", cells("compresses", compress));
    let protocol = "client.WithTransportProtocol";
    let unary = ("unary_transport", protocol, unary_transport());
    [unary].into_iter().chain(rows).chain([encoding]).collect()
}

fn unary_transport() -> [Cell; 5] {
    KINDS.map(|kind| {
        let own = match kind {
            Kind::Framed => UnaryTransport::Framed,
            Kind::TtHeader => UnaryTransport::TtHeaderFramed,
            _ => UnaryTransport::Grpc,
        };
        let built = kind
            .without_wire("127.0.0.1:1")
            .unary_transport(own)
            .build();
        match refused("unary_transport", kind, built) {
            true => Cell::Refused,
            false => Cell::Effect,
        }
    })
}

fn cells(name: &str, set: fn(Builder) -> Builder) -> [Cell; 5] {
    // The setting's own name is in the error, without what it was set to.
    let method = name.split('(').next().unwrap_or(name);
    KINDS.map(|kind| {
        let built = set(kind.builder("127.0.0.1:1")).build();
        match refused(method, kind, built) {
            true => Cell::Refused,
            false => Cell::Effect,
        }
    })
}

/// One setting can take the effect of another away.
#[test]
fn settings_of_connections_that_are_not_kept_are_refused() {
    let framed = || Kind::Framed.builder("127.0.0.1:1");
    for set in [
        |builder: Builder| builder.pool(PoolMode::Short).max_idle(1),
        |builder: Builder| builder.idle_timeout(MINUTE).unary_pool(PoolMode::Short),
    ] {
        assert!(refused("idle", Kind::Framed, set(framed()).build()));
    }
    let mux = Kind::TtHeader.builder("127.0.0.1:1").unary_pool(MUX);
    let mux = mux.max_idle_per_address(1).build();
    assert!(refused("idle", Kind::TtHeader, mux));
    let kept = framed().pool(PoolMode::Short).unary_pool(PoolMode::LONG);
    kept.max_idle(1).build().unwrap();
}

/// Of one setting that is made several times, the last one counts.
#[test]
fn a_setting_that_was_taken_back_is_no_error() {
    let framed = || Kind::Framed.builder("127.0.0.1:1");
    framed().checksum(true).checksum(false).build().unwrap();
    let mux = framed().unary_pool(MUX).unary_pool(PoolMode::LONG);
    mux.build().unwrap();
    let single = TransientPropagation::SingleHop;
    framed().transient_propagation(single).build().unwrap();
}

/// It is as if each builder were named where it is made.
#[test]
fn a_middleware_that_is_built_is_named_as_it_was_given() {
    let framed = Kind::Framed.builder("127.0.0.1:1");
    let built = framed.recv_middleware_builder(|_| around_recv).build();
    assert!(refused("recv_middleware_builder", Kind::Framed, built));
}

/// A set may be that of several clients, some of which open streams.
#[test]
fn middleware_of_a_set_is_no_error() {
    let framed = Kind::Framed.builder("127.0.0.1:1");
    framed.hooks(stream_hooks()).build().unwrap();
    let streams = Kind::GrpcStream.builder("127.0.0.1:1");
    let calls = Hooks::new().unary_middleware(around_call);
    streams.hooks(calls).build().unwrap();
}

/// Of the classic surface: a client for streams has calls only with `streaming.mode = "unary"`.
#[test]
fn a_stream_client_makes_calls_only_if_the_idl_says_so() {
    static UNARY: ServiceInfo = ServiceInfo::new(
        "Peer",
        "rpc",
        PayloadCodec::Thrift,
        Transport::Grpc,
        &[MethodInfo::new("Touch", Mode::Unary)],
    );
    let client = |service| {
        let builder = StreamClientBuilder::<ServiceClient>::new(service, "peer".into());
        builder.address("127.0.0.1:1").unary_middleware(around_call)
    };
    let built = client(&STREAMS).build();
    assert!(refused("unary_middleware", Kind::GrpcStream, built));
    client(&UNARY).build().unwrap();
    let built = client(&UNARY).stream_middleware(around_call).build();
    assert!(refused("stream_middleware", Kind::GrpcCall, built));
}

/// Its clients may be of services of both kinds.
#[test]
fn a_channel_takes_middleware_of_every_kind() {
    let channel = || Channel::builder("peer").address("127.0.0.1:1");
    let hooked = |builder: ClientBuilder<Channel>| {
        let builder = builder.unary_middleware(around_call);
        builder.recv_middleware(around_recv).build()
    };
    hooked(channel()).unwrap();
    hooked(channel().transport(Transport::Grpc)).unwrap();
}

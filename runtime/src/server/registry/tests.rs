//! Which service gets which call, and which sets of services are refused.

use super::*;
use crate::context::Context;
use crate::error::Result;
use crate::middleware::Hooks;
use crate::server::limiter::Scopes;
use crate::server::service::Service;
use crate::server::{
    Arguments, PingPongFuture, ServerStream, StreamFuture, no_such_ping_pong, no_such_stream,
};
use crate::service::{MethodInfo, Mode, PayloadCodec, ServiceInfo, Transport};

struct Fake(&'static ServiceInfo);

impl Service for Fake {
    fn info(&self) -> &'static ServiceInfo {
        self.0
    }

    fn ping_pong(&self, _: usize, _: Context, _: Arguments) -> PingPongFuture {
        no_such_ping_pong()
    }

    fn stream(&self, _: usize, _: Context, _: ServerStream) -> StreamFuture {
        no_such_stream()
    }
}

const fn info(name: &'static str, methods: &'static [MethodInfo]) -> ServiceInfo {
    let (payload, default_transport) = (PayloadCodec::Thrift, Transport::TtHeaderStreaming);
    ServiceInfo {
        name,
        package: "test",
        payload,
        default_transport,
        methods,
    }
}

const ECHO: MethodInfo = MethodInfo::new("Echo", Mode::PingPong);
const ONLY: MethodInfo = MethodInfo::new("Only", Mode::PingPong);
static PEER: ServiceInfo = info("Peer", &[ECHO]);
static OTHER: ServiceInfo = info("Other", &[ONLY, ECHO]);
static THIRD: ServiceInfo = info("Third", &[ONLY]);

fn add(info: &'static ServiceInfo) -> Registered {
    Registered {
        service: Arc::new(Fake(info)),
        fallback: false,
    }
}

fn fallback(info: &'static ServiceInfo) -> Registered {
    Registered {
        fallback: true,
        ..add(info)
    }
}

fn build(services: Vec<Registered>, strict: bool) -> Result<Registry> {
    Registry::new(
        (services, Vec::new()),
        strict,
        &Hooks::new(),
        &Scopes::default(),
        Arc::default(),
    )
}

fn routed(
    registry: &Registry,
    service: &str,
    method: &str,
) -> Result<(&'static str, usize), String> {
    match registry.find(service, method) {
        Ok(route) => Ok((route.service.name, route.index)),
        Err(exception) => Err(format!("{}: {exception}", exception.type_id)),
    }
}

fn refused(services: Vec<Registered>) -> String {
    let error = build(services, false)
        .err()
        .expect("the registry is refused");
    error.to_string()
}

#[test]
fn a_named_service_takes_its_calls_and_no_other() {
    let registry = build(vec![fallback(&PEER), add(&OTHER)], false).unwrap();
    assert_eq!(routed(&registry, "Other", "Echo"), Ok(("Other", 1)));
    assert_eq!(
        routed(&registry, "Peer", "Only").unwrap_err(),
        "1: unknown method Only (service Peer)"
    );
}

#[test]
fn s24_g87_without_a_name_the_fallback_is_asked_first_then_the_others() {
    let registry = build(vec![add(&OTHER), fallback(&PEER)], false).unwrap();
    assert_eq!(routed(&registry, "", "Echo"), Ok(("Peer", 0)));
    assert_eq!(routed(&registry, "", "Only"), Ok(("Other", 0)));
    assert_eq!(
        routed(&registry, "", "None").unwrap_err(),
        "20: unknown service , method None"
    );
}

#[test]
fn s24_g87_an_unknown_name_finds_the_only_service_that_has_the_method() {
    let registry = build(vec![fallback(&PEER), add(&OTHER), add(&THIRD)], false);
    // `Only` is in two services, none of which is the fallback.
    let shared = registry.err().unwrap().to_string();
    assert!(
        shared.contains("services Other and Third both have a method Only"),
        "{shared}"
    );

    let registry = build(vec![add(&PEER), add(&THIRD)], false).unwrap();
    assert_eq!(routed(&registry, "Renamed", "Only"), Ok(("Third", 0)));
    assert_eq!(
        routed(&registry, "Renamed", "None").unwrap_err(),
        "20: unknown service Renamed, method None"
    );

    // Two services have the method, so neither is the only one, although one of them is the
    // fallback.
    let registry = build(vec![fallback(&PEER), add(&OTHER)], false).unwrap();
    assert_eq!(
        routed(&registry, "Renamed", "Echo").unwrap_err(),
        "20: unknown service Renamed, method Echo"
    );
}

#[test]
fn a_strict_server_wants_the_exact_name() {
    let services = vec![add(&PEER), add(&OTHER), add(&THIRD)];
    let registry = build(services, true).unwrap();
    assert_eq!(routed(&registry, "Third", "Only"), Ok(("Third", 0)));
    assert_eq!(
        routed(&registry, "", "Echo").unwrap_err(),
        "20: unknown service , method Echo"
    );
}

#[test]
fn what_could_not_be_routed_is_refused_at_the_start() {
    assert_eq!(refused(vec![]), "the server has no service");
    assert_eq!(
        refused(vec![add(&PEER), add(&PEER)]),
        "service Peer is added twice"
    );
    assert_eq!(
        refused(vec![fallback(&PEER), fallback(&THIRD)]),
        "the server has more than one fallback service"
    );
}

const fn protobuf(package: &'static str, name: &'static str) -> ServiceInfo {
    ServiceInfo {
        package,
        payload: PayloadCodec::Protobuf,
        default_transport: Transport::Grpc,
        ..info(name, &[ECHO])
    }
}

static REFLECTION_V1: ServiceInfo = protobuf("reflection.v1", "Reflection");
static REFLECTION_V2: ServiceInfo = protobuf("reflection.v2", "Reflection");
static HEALTH: ServiceInfo = protobuf("health.v1", "Health");

fn called(
    registry: &Registry,
    package: &str,
    service: &str,
    method: &str,
) -> Result<&'static str, i32> {
    match registry.find_in(package, service, method) {
        Ok(route) => Ok(route.service.package),
        Err(exception) => Err(exception.type_id),
    }
}

#[test]
fn g11_a_whole_name_comes_first_and_then_a_short_name_that_one_service_has() {
    let services = vec![add(&REFLECTION_V1), add(&REFLECTION_V2), add(&HEALTH)];
    let registry = build(services, false).unwrap();
    assert_eq!(
        called(&registry, "reflection.v1", "Reflection", "Echo"),
        Ok("reflection.v1")
    );
    assert_eq!(
        called(&registry, "reflection.v2", "Reflection", "Echo"),
        Ok("reflection.v2")
    );
    assert_eq!(called(&registry, "", "Health", "Echo"), Ok("health.v1"));
    assert_eq!(
        called(&registry, "other", "Health", "Echo"),
        Ok("health.v1")
    );
    let unknown = Err(ApplicationException::UNKNOWN_SERVICE);
    assert_eq!(
        called(&registry, "reflection.v3", "Reflection", "Echo"),
        unknown
    );
    let unknown = Err(ApplicationException::UNKNOWN_METHOD);
    assert_eq!(called(&registry, "health.v1", "Health", "Nothing"), unknown);
}

#[test]
fn a_whole_name_that_is_there_twice_is_refused() {
    let refused = build(vec![add(&HEALTH), add(&HEALTH)], false).err();
    assert_eq!(refused.unwrap().message(), "service Health is added twice");
}

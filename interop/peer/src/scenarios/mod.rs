//! The scenarios of `interop/SCENARIOS.md`, in its order.

mod calls;
mod end;
mod errors;
mod limit;
mod load;
mod meta;
mod rolling;
mod routes;
mod samples;
mod streams;
mod time;
mod types;

use std::future::Future;
use std::pin::Pin;

use crate::output::{emit, fields};
use crate::services::{ProtobufServices, ThriftServices};
use crate::session::{Check, Session};
use crate::wire::{Abilities, Family, WIRES, Wire};

pub use samples::{protobuf_samples, thrift_samples};

/// A scenario with the services of one IDL.
pub type Run<S> = for<'a> fn(&'a Session<S>) -> Pin<Box<dyn Future<Output = Check> + Send + 'a>>;

/// One row of `interop/SCENARIOS.md`; `None` where the IDL lacks what it calls.
#[derive(Clone, Copy)]
pub struct Scenario {
    pub name: &'static str,
    needs: Abilities,
    pub thrift: Option<Run<ThriftServices>>,
    pub protobuf: Option<Run<ProtobufServices>>,
}

impl Scenario {
    fn runs_over(&self, wire: &Wire) -> bool {
        let written = match wire.family {
            Family::Thrift => self.thrift.is_some(),
            Family::Protobuf => self.protobuf.is_some(),
        };
        written && wire.can(self.needs)
    }
}

/// `name, needs, function;` with both IDLs, `… thrift function;` with Thrift's services only,
/// `… thrift function, protobuf function;` where Thrift's has more to call.
macro_rules! table {
    ($($name:literal, $needs:expr, $($run:path)? $(=> thrift $thrift:path $(, protobuf $protobuf:path)?)?;)*) => {
        &[$(Scenario {
            name: $name,
            needs: $needs,
            thrift: table!(@run $($run)? $($thrift)?),
            protobuf: table!(@run $($run)? $($($protobuf)?)?),
        }),*]
    };
    (@run) => { None };
    (@run $run:path) => { Some(|session| Box::pin($run(session))) };
}

const STREAMS: Abilities = Abilities::STREAMS;
const CALLS: Abilities = Abilities::PING_PONG;

/// What `all` runs.
const ALL: &[Scenario] = table! {
    "bidi", STREAMS, streams::bidi;
    "bidi-pipelined", STREAMS, streams::bidi_pipelined;
    "client", STREAMS, streams::client;
    "server", STREAMS, streams::server;
    "unary", STREAMS, => thrift calls::unary;
    "empty", STREAMS, streams::empty;
    "early", STREAMS, streams::early;
    "slow", STREAMS, streams::slow;
    "everything", STREAMS, types::everything;
    "defaults", STREAMS, => thrift types::defaults;
    "header-trailer", STREAMS.and(Abilities::HEADERS), meta::header_trailer;
    "send-header", STREAMS.and(Abilities::HEADERS), meta::send_header;
    "biz", STREAMS, => thrift errors::biz_thrift, protobuf errors::biz;
    "grpc-biz", STREAMS, errors::grpc_biz;
    "err", STREAMS, errors::err;
    "app", STREAMS, errors::app;
    "trans", STREAMS, errors::trans;
    "status", STREAMS.and(Abilities::STATUS), errors::status;
    "panic", STREAMS, errors::panic;
    "metainfo", STREAMS.and(Abilities::METAINFO), meta::metainfo;
    "who", STREAMS, meta::who;
    "cancel", STREAMS, time::cancel;
    "cancel-idle", STREAMS, time::cancel_idle;
    "cancel-flood", STREAMS, time::cancel_flood;
    "recv-timeout", STREAMS, time::recv_timeout;
    "recv-timeout-keep", STREAMS.and(Abilities::KEPT_STREAM), time::recv_timeout_keep;
    "deadline", STREAMS, time::deadline;
    "many", STREAMS, load::many;
    "large", STREAMS, load::large;
    "multi-service", STREAMS.and(Abilities::SERVICE_NAME), routes::multi_service;
    "service-lookup", STREAMS.and(Abilities::LOOKUP), routes::service_lookup;
    "unknown-method", STREAMS, routes::unknown_method;
    "unknown-service", STREAMS.and(Abilities::SERVICE_NAME), routes::unknown_service;

    "echo", CALLS, calls::echo;
    "extends", CALLS, => thrift calls::extends;
    "base-types", CALLS, => thrift types::base_types;
    "containers", CALLS, => thrift types::containers;
    "keyed", CALLS, => thrift types::keyed;
    "void", CALLS, => thrift calls::void;
    "exception", CALLS, => thrift calls::exception;
    "everything-pp", CALLS, types::everything_pp;
    "defaults-pp", CALLS, => thrift types::defaults_pp;
    "oneway", Abilities::ONEWAY, => thrift calls::oneway;
    "err-pp", CALLS, errors::err_pp;
    "app-pp", CALLS, errors::app_pp;
    "trans-pp", CALLS, errors::trans_pp;
    "status-pp", CALLS.and(Abilities::STATUS), errors::status_pp;
    "panic-pp", CALLS, errors::panic_pp;
    "biz-pp", CALLS.and(Abilities::BIZ_STATUS), errors::biz_pp;
    "metainfo-pp", CALLS.and(Abilities::METAINFO), meta::metainfo_pp;
    "back-pp", CALLS.and(Abilities::BACKWARD), => thrift meta::back_pp;
    "who-pp", CALLS, meta::who_pp;
    "multi-service-pp", CALLS, => thrift routes::multi_service_pp_thrift, protobuf routes::multi_service_pp;
    "service-lookup-pp", CALLS.and(Abilities::LOOKUP), => thrift routes::service_lookup_pp;
    "unknown-method-pp", CALLS, routes::unknown_method_pp;
    "unknown-service-pp", CALLS.and(Abilities::SERVICE_NAME), routes::unknown_service_pp;
    "deadline-pp", CALLS.and(Abilities::RPC_TIMEOUT), time::deadline_pp;
    "timeout-pp", CALLS, time::timeout_pp;
    "many-pp", CALLS, load::many_pp;
    "large-pp", CALLS, => thrift load::large_pp_thrift, protobuf load::large_pp;
};

/// What `all` leaves out, for the server does not outlive it.
const ON_REQUEST: &[Scenario] = table! {
    "exit", STREAMS, end::exit;
    "exit-pp", CALLS, end::exit_pp;
    "drain", STREAMS, end::drain;
    "limited", STREAMS, limit::limited;
    "limited-pp", CALLS, limit::limited_pp;
    "rolling", CALLS, rolling::rolling;
};

/// Why a selection cannot run.
pub enum SelectError {
    Unknown(String),
    Unsupported(String),
}

/// Resolves the value of `-scenario` for a wire.
pub fn select(wire: &Wire, names: &str) -> Result<Vec<Scenario>, SelectError> {
    if names == "all" {
        return Ok(ALL
            .iter()
            .filter(|scenario| scenario.runs_over(wire))
            .copied()
            .collect());
    }
    let one = |name: &str| {
        let mut known = ALL.iter().chain(ON_REQUEST);
        let scenario = known
            .find(|scenario| scenario.name == name)
            .ok_or_else(|| SelectError::Unknown(format!("unknown scenario {name:?}")))?;
        if !scenario.runs_over(wire) {
            let text = format!("scenario {name} cannot run over {}", wire.name);
            return Err(SelectError::Unsupported(text));
        }
        Ok(*scenario)
    };
    names.split(',').map(one).collect()
}

/// Prints each wire with the scenarios that it can run.
pub fn list() {
    for wire in &WIRES {
        let known = ALL.iter().chain(ON_REQUEST);
        let names: Vec<_> = known
            .filter(|scenario| scenario.runs_over(wire))
            .map(|scenario| scenario.name)
            .collect();
        emit(
            "wire",
            fields! { "proto" => wire.name, "scenarios" => names },
        );
    }
}

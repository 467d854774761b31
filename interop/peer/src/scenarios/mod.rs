//! The scenarios of `interop/SCENARIOS.md`, in its order.

mod calls;
mod end;
mod errors;
mod load;
mod meta;
mod routes;
mod samples;
mod streams;
mod time;
mod types;

use std::future::Future;
use std::pin::Pin;

use crate::output::{emit, fields};
use crate::session::{Check, Session};
use crate::wire::{Abilities, WIRES, Wire};

type Run = for<'a> fn(&'a Session) -> Pin<Box<dyn Future<Output = Check> + Send + 'a>>;

/// One row of `interop/SCENARIOS.md`.
#[derive(Clone, Copy)]
pub struct Scenario {
    pub name: &'static str,
    needs: Abilities,
    pub run: Run,
}

macro_rules! table {
    ($($name:literal, $needs:expr, $run:path;)*) => {
        &[$(Scenario { name: $name, needs: $needs, run: |session| Box::pin($run(session)) }),*]
    };
}

const STREAMS: Abilities = Abilities::STREAMS;
const CALLS: Abilities = Abilities::PING_PONG;

/// What `all` runs.
const ALL: &[Scenario] = table! {
    "bidi", STREAMS, streams::bidi;
    "bidi-pipelined", STREAMS, streams::bidi_pipelined;
    "client", STREAMS, streams::client;
    "server", STREAMS, streams::server;
    "unary", STREAMS, calls::unary;
    "empty", STREAMS, streams::empty;
    "early", STREAMS, streams::early;
    "slow", STREAMS, streams::slow;
    "everything", STREAMS, types::everything;
    "defaults", STREAMS, types::defaults;
    "header-trailer", STREAMS.and(Abilities::HEADERS), meta::header_trailer;
    "send-header", STREAMS.and(Abilities::HEADERS), meta::send_header;
    "biz", STREAMS, errors::biz;
    "err", STREAMS, errors::err;
    "app", STREAMS, errors::app;
    "trans", STREAMS, errors::trans;
    "panic", STREAMS, errors::panic;
    "metainfo", STREAMS.and(Abilities::METAINFO), meta::metainfo;
    "who", STREAMS, meta::who;
    "cancel", STREAMS, time::cancel;
    "cancel-idle", STREAMS, time::cancel_idle;
    "cancel-flood", STREAMS, time::cancel_flood;
    "recv-timeout", STREAMS, time::recv_timeout;
    "recv-timeout-keep", STREAMS, time::recv_timeout_keep;
    "deadline", STREAMS, time::deadline;
    "many", STREAMS, load::many;
    "large", STREAMS, load::large;
    "multi-service", STREAMS.and(Abilities::SERVICE_NAME), routes::multi_service;
    "service-lookup", STREAMS.and(Abilities::SERVICE_NAME), routes::service_lookup;
    "unknown-method", STREAMS, routes::unknown_method;
    "unknown-service", STREAMS.and(Abilities::SERVICE_NAME), routes::unknown_service;

    "echo", CALLS, calls::echo;
    "extends", CALLS, calls::extends;
    "base-types", CALLS, types::base_types;
    "containers", CALLS, types::containers;
    "keyed", CALLS, types::keyed;
    "void", CALLS, calls::void;
    "exception", CALLS, calls::exception;
    "everything-pp", CALLS, types::everything_pp;
    "defaults-pp", CALLS, types::defaults_pp;
    "oneway", Abilities::ONEWAY, calls::oneway;
    "err-pp", CALLS, errors::err_pp;
    "app-pp", CALLS, errors::app_pp;
    "trans-pp", CALLS, errors::trans_pp;
    "panic-pp", CALLS, errors::panic_pp;
    "biz-pp", CALLS.and(Abilities::BIZ_STATUS), errors::biz_pp;
    "metainfo-pp", CALLS.and(Abilities::METAINFO), meta::metainfo_pp;
    "back-pp", CALLS.and(Abilities::BACKWARD), meta::back_pp;
    "who-pp", CALLS, meta::who_pp;
    "multi-service-pp", CALLS, routes::multi_service_pp;
    "service-lookup-pp", CALLS.and(Abilities::SERVICE_NAME), routes::service_lookup_pp;
    "unknown-method-pp", CALLS, routes::unknown_method_pp;
    "unknown-service-pp", CALLS.and(Abilities::SERVICE_NAME), routes::unknown_service_pp;
    "deadline-pp", CALLS.and(Abilities::RPC_TIMEOUT), time::deadline_pp;
    "timeout-pp", CALLS, time::timeout_pp;
    "many-pp", CALLS, load::many_pp;
    "large-pp", CALLS, load::large_pp;
};

/// What `all` leaves out, for the server does not outlive it.
const ON_REQUEST: &[Scenario] = table! {
    "exit", STREAMS, end::exit;
    "exit-pp", CALLS, end::exit_pp;
    "drain", STREAMS, end::drain;
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
            .filter(|scenario| wire.can(scenario.needs))
            .copied()
            .collect());
    }
    let one = |name: &str| {
        let mut known = ALL.iter().chain(ON_REQUEST);
        let scenario = known
            .find(|scenario| scenario.name == name)
            .ok_or_else(|| SelectError::Unknown(format!("unknown scenario {name:?}")))?;
        if !wire.can(scenario.needs) {
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
            .filter(|scenario| wire.can(scenario.needs))
            .map(|scenario| scenario.name)
            .collect();
        emit(
            "wire",
            fields! { "proto" => wire.name, "scenarios" => names },
        );
    }
}

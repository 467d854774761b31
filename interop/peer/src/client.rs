//! Runs the selected scenarios, one after the other.

use std::time::{Duration, Instant};

use crate::options::{ClientOptions, Connections};
use crate::output::{emit, fields};
use crate::scenarios::{Run, Scenario};
use crate::services::{ProtobufServices, Services, ThriftServices};
use crate::session::{Check, Session};
use crate::wire::Family;
use streamgen_runtime::Transport;
use streamgen_runtime::client::ClientBuilder;
use streamgen_runtime::fleet::Fleet;
use streamgen_runtime::unstable::ttheader::client::PoolMode;

/// The name by which the two programs introduce themselves on wires that carry one.
const CLIENT_NAME: &str = "peer-client";
/// How long connecting to another process may take. Over gRPC it includes the server's SETTINGS, and on a busy
/// machine they come later than the default allows.
const CONNECTED: Duration = Duration::from_secs(20);

/// Reports whether all scenarios passed.
pub async fn run(options: ClientOptions) -> bool {
    let result = match options.wire.family {
        Family::Thrift => run_all::<ThriftServices>(&options, |scenario| scenario.thrift).await,
        Family::Protobuf => {
            run_all::<ProtobufServices>(&options, |scenario| scenario.protobuf).await
        }
    };
    match result {
        Ok((ok, ran)) => {
            emit("summary", fields! { "ok" => ok, "ran" => ran });
            ok
        }
        Err(why) => {
            let line = fields! { "ok" => false, "ran" => 0, "~why" => why };
            emit("summary", line);
            false
        }
    }
}

/// Reports whether all scenarios passed, and how many ran. A scenario that does not end is the last one: its
/// server hangs, and each further scenario would wait for `-timeout`, too.
async fn run_all<S: Services>(
    options: &ClientOptions,
    of: fn(&Scenario) -> Option<Run<S>>,
) -> Check<(bool, usize)> {
    let session = Session {
        options: options.clone(),
        services: S::connect(options)?,
        size: options.size,
    };
    let (mut ok, mut ran) = (true, 0);
    for scenario in &options.run {
        ran += 1;
        // What the wire's IDL lacks was refused with the command line.
        let Some(run) = of(scenario) else {
            continue;
        };
        let Ended { passed, in_time } = run_one(&session, scenario.name, run).await;
        ok &= passed;
        if !in_time {
            break;
        }
    }
    Ok((ok, ran))
}

/// What every client of this program has in common.
pub fn configure<C>(builder: ClientBuilder<C>, options: &ClientOptions) -> ClientBuilder<C> {
    let mode = match options.connections {
        Connections::Mux => Some(PoolMode::Mux { slots: 1 }),
        // Over gRPC, streams always share connections, and the builder refuses any other mode.
        Connections::Long if options.wire.stream == Transport::Grpc => None,
        Connections::Long => Some(PoolMode::LONG),
        Connections::Short => Some(PoolMode::Short),
    };
    let builder = match options.mux_calls {
        true => builder.unary_pool(PoolMode::Mux { slots: 1 }),
        false => builder,
    };
    let builder = match &options.registry {
        Some(etcd) => builder.fleet(Fleet::new(etcd.clone())),
        None => {
            let addresses = options.addr.split(',').map(str::to_owned);
            addresses.fold(builder, ClientBuilder::address)
        }
    };
    let builder = builder
        .connect_timeout(CONNECTED)
        .checksum(options.checksum)
        .caller(CLIENT_NAME)
        .transport(options.wire.stream)
        .unary_transport(options.wire.unary);
    match mode {
        Some(mode) => builder.pool(mode),
        None => builder,
    }
}

/// How a scenario has ended.
struct Ended {
    passed: bool,
    in_time: bool,
}

/// A scenario that hangs fails at `-timeout`.
async fn run_one<S: Services>(session: &Session<S>, name: &str, run: Run<S>) -> Ended {
    let proto = session.options.wire.name;
    emit("start", fields! { "proto" => proto, "scenario" => name });
    let started = Instant::now();
    let limit = session.options.timeout;
    let ended = tokio::time::timeout(limit, run(session)).await;
    let in_time = ended.is_ok();
    let result = ended.unwrap_or_else(|_| Err(format!("no end within {limit:?}")));
    let mut line = fields! {
        "ok" => result.is_ok(), "proto" => proto, "scenario" => name,
        "~ms" => u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
    };
    let passed = result.is_ok();
    if let Err(why) = result {
        line.insert("~why".to_owned(), why.into());
    }
    emit("result", line);
    Ended { passed, in_time }
}

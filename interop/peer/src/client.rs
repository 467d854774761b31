//! Runs the selected scenarios, one after the other.

use std::time::Instant;

use crate::options::{ClientOptions, Connections};
use crate::output::{emit, fields};
use crate::scenarios::Scenario;
use crate::session::{During, Session};
use crate::stream_gen::peerthrift::other::OtherClient;
use crate::stream_gen::peerthrift::peer::PeerClient;
use streamgen_runtime::client::{Channel, ClientBuilder};
use streamgen_runtime::transport::ttstream::client::PoolMode;

/// Names by which the two programs introduce themselves on wires that carry a name.
pub const SERVER_NAME: &str = "peer-server";
const CLIENT_NAME: &str = "peer-client";

/// Reports whether all scenarios passed.
pub async fn run(options: ClientOptions) -> bool {
    let session = match session(&options) {
        Ok(session) => session,
        Err(why) => {
            emit(
                "summary",
                fields! { "ok" => false, "ran" => 0, "~why" => why },
            );
            return false;
        }
    };
    let mut ok = true;
    for scenario in &options.run {
        ok &= run_one(&session, scenario).await;
    }
    emit(
        "summary",
        fields! { "ok" => ok, "ran" => options.run.len() },
    );
    ok
}

fn session(options: &ClientOptions) -> Result<Session, String> {
    let peer = configure(PeerClient::builder(SERVER_NAME), options).build();
    let other = configure(OtherClient::builder(SERVER_NAME), options).build();
    Ok(Session {
        options: options.clone(),
        peer: peer.during("client")?,
        other: other.during("client")?,
        size: options.size,
    })
}

/// What every client of this program has in common.
pub fn configure<C: From<Channel>>(
    builder: ClientBuilder<C>,
    options: &ClientOptions,
) -> ClientBuilder<C> {
    let mode = match options.connections {
        Connections::Mux => PoolMode::Mux { slots: 1 },
        Connections::Long => PoolMode::LONG,
        Connections::Short => PoolMode::Short,
    };
    builder
        .address(options.addr.clone())
        .caller(CLIENT_NAME)
        .unary_transport(options.wire.unary)
        .pool(mode)
}

/// A scenario that hangs fails at `-timeout`.
async fn run_one(session: &Session, scenario: &Scenario) -> bool {
    let proto = session.options.wire.name;
    emit(
        "start",
        fields! { "proto" => proto, "scenario" => scenario.name },
    );
    let started = Instant::now();
    let limit = session.options.timeout;
    let ended = tokio::time::timeout(limit, (scenario.run)(session)).await;
    let result = ended.unwrap_or_else(|_| Err(format!("no end within {limit:?}")));
    let mut line = fields! {
        "ok" => result.is_ok(), "proto" => proto, "scenario" => scenario.name,
        "~ms" => u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
    };
    let ok = result.is_ok();
    if let Err(why) = result {
        line.insert("~why".to_owned(), why.into());
    }
    emit("result", line);
    ok
}

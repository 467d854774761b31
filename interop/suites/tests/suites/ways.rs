//! A case with each client against each server: ours and Kitex's.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use streamgen_runtime::server::ServerBuilder;
use streamgen_runtime::{Server, Side};
use tokio::task::{JoinSet, spawn_blocking};
use tokio::time::{Instant, sleep, timeout};

use crate::case::{Caller, Case};
use crate::programs::KitexServer;
use crate::served::Handler;
use crate::text::{Extras, Text, add_services, protobuf, thrift};
use crate::verdicts::Verdicts;
use crate::wire::Wire;

/// By which a cancel path begins.
const CALLER: &str = "suites-client";

/// How long a run may take, on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// Who calls whom.
#[derive(Debug, Clone, Copy)]
enum Way {
    OursToKitex,
    KitexToOurs,
    OursToOurs,
    /// The control: what is written in Go is what Kitex does.
    KitexToKitex,
}

/// One run of a case.
#[derive(Debug, Clone, Copy)]
struct Run {
    way: Way,
    wire: Wire,
    per_call: bool,
    id: u32,
}

/// Runs a case all four ways over each of these wires, at the same time.
pub(crate) async fn each_way<K: Case>(case: K, wires: &[Wire]) {
    each_way_with(case, wires, &[false]).await;
}

/// The same, with what the case sets set at the client and, if told so, at the call.
pub(crate) async fn each_way_with<K: Case>(case: K, wires: &[Wire], per_call: &[bool]) {
    let all = [
        Way::OursToKitex,
        Way::KitexToOurs,
        Way::OursToOurs,
        Way::KitexToKitex,
    ];
    run_all(case, wires, per_call, &all).await;
}

/// Runs a case against the Kitex server alone: ours does not do what its half does.
pub(crate) async fn to_kitex<K: Case>(case: K, wires: &[Wire]) {
    run_all(
        case,
        wires,
        &[false],
        &[Way::OursToKitex, Way::KitexToKitex],
    )
    .await;
}

/// Runs a case with our client against the Kitex server: it is about the client alone.
pub(crate) async fn ours_to_kitex<K: Case>(case: K, wires: &[Wire]) {
    run_all(case, wires, &[false], &[Way::OursToKitex]).await;
}

async fn run_all<K: Case>(case: K, wires: &[Wire], per_call: &[bool], ways: &[Way]) {
    let Some(kitex) = KitexServer::get() else {
        return;
    };
    let case = Arc::new(case);
    let mut runs = JoinSet::new();
    for &wire in wires {
        for &per_call in per_call {
            let (ours, verdicts) = serve(&case).await;
            for &way in ways {
                let run = Run {
                    way,
                    wire,
                    per_call,
                    id: next_id(),
                };
                let (case, verdicts, ours) =
                    (Arc::clone(&case), Arc::clone(&verdicts), ours.clone());
                runs.spawn(async move {
                    let going = timeout(PATIENCE, run.go(kitex, &case, ours, verdicts)).await;
                    (
                        run,
                        going.unwrap_or_else(|_| Err("it takes too long".to_owned())),
                    )
                });
            }
        }
    }
    let mut failed = Vec::new();
    while let Some(run) = runs.join_next().await {
        match run.unwrap() {
            (_, Ok(())) => {}
            (Run { way, wire, .. }, Err(found)) => {
                failed.push(format!("{way:?} {}: {found}", wire.name))
            }
        }
    }
    assert!(failed.is_empty(), "{}:\n{}", case.name(), failed.join("\n"));
}

fn next_id() -> u32 {
    static LAST: AtomicU32 = AtomicU32::new(0);
    LAST.fetch_add(1, Ordering::Relaxed)
}

/// Our server of a case on a port of its own, and the verdicts of its half.
async fn serve<K: Case>(case: &Arc<K>) -> (String, Arc<Verdicts>) {
    let verdicts = Arc::new(Verdicts::default());
    let handler = Arc::new(Handler {
        case: Arc::clone(case),
        verdicts: Arc::clone(&verdicts),
    });
    let server = add_services(case.server(Server::builder()), &handler);
    let bound = server.bind("127.0.0.1:0").await.unwrap();
    let address = bound.local_addr().unwrap().to_string();
    tokio::spawn(bound.serve());
    (address, verdicts)
}

impl Run {
    async fn go<K: Case>(
        self,
        kitex: &'static KitexServer,
        case: &Arc<K>,
        ours: String,
        verdicts: Arc<Verdicts>,
    ) -> Result<(), String> {
        let (address, verdicts) = match self.way {
            Way::OursToKitex | Way::KitexToKitex => {
                (kitex.address(self.wire), Arc::clone(&kitex.verdicts))
            }
            Way::KitexToOurs | Way::OursToOurs => (ours, verdicts),
        };
        let called = match self.way {
            Way::KitexToOurs | Way::KitexToKitex => {
                self.kitex_client(kitex, &**case, address, &verdicts).await
            }
            _ if self.wire.protobuf => {
                self.our_client::<K, protobuf::Msg>(case, address, &verdicts)
                    .await
            }
            _ => {
                self.our_client::<K, thrift::Msg>(case, address, &verdicts)
                    .await
            }
        };
        called?;
        let ours: &[Side] = match self.way {
            Way::OursToKitex => &[Side::Client],
            Way::KitexToOurs => &[Side::Server],
            Way::OursToOurs => &[Side::Client, Side::Server],
            Way::KitexToKitex => &[],
        };
        for side in ours {
            told(&**case, &self.id.to_string(), *side).await?;
        }
        Ok(())
    }

    async fn kitex_client<K: Case>(
        self,
        kitex: &'static KitexServer,
        case: &K,
        address: String,
        verdicts: &Verdicts,
    ) -> Result<(), String> {
        let run = self.id.to_string();
        let mut client = kitex.client(case.name(), self.wire, &address, &run, self.per_call);
        let (client, result) = spawn_blocking(move || {
            let result = client.result();
            (client, result)
        })
        .await
        .unwrap();
        is_ok("the client", result)?;
        let judged = judged(case, verdicts, &run).await;
        drop(client);
        judged
    }

    async fn our_client<K: Case, T: Text>(
        self,
        case: &Arc<K>,
        address: String,
        verdicts: &Verdicts,
    ) -> Result<(), String> {
        let run = self.id.to_string();
        let builder = self.wire.of(T::builder().address(address).caller(CALLER));
        let client = case.client(builder, self.per_call).build().unwrap();
        let metainfo = vec![("CASE", case.name().to_owned()), ("RUN", run.clone())];
        let caller: Caller<T> = Caller {
            client,
            wire: self.wire,
            per_call: self.per_call,
            extras: Extras {
                metainfo,
                header: None,
            },
        };
        let (half, called) = (Arc::clone(case), caller.clone());
        let half = tokio::spawn(async move { half.call(called).await }).await;
        half.map_err(|panic| format!("the client: {panic}"))?;
        let judged = judged(&**case, verdicts, &run).await;
        drop(caller);
        judged
    }
}

/// A server may be told of the end after its client has seen it.
async fn told<K: Case>(case: &K, run: &str, side: Side) -> Result<(), String> {
    let mut found = case.told(run, side);
    let until = Instant::now() + PATIENCE / 2;
    while found.is_err() && Instant::now() < until {
        sleep(Duration::from_millis(10)).await;
        found = case.told(run, side);
    }
    found.map_err(|found| format!("{side:?}: {found}"))
}

async fn judged<K: Case>(case: &K, verdicts: &Verdicts, run: &str) -> Result<(), String> {
    match case.is_judged() {
        true => is_ok("the server", verdicts.take(run).await),
        false => Ok(()),
    }
}

fn is_ok(who: &str, found: String) -> Result<(), String> {
    match &*found {
        "ok" => Ok(()),
        _ => Err(format!("{who}: {found}")),
    }
}

/// What one client of ours does with a server at an address.
pub(crate) type Half = fn(String, Wire) -> Pin<Box<dyn Future<Output = ()> + Send>>;

/// The same for a case of other services: its name, our server, and the half of our client.
pub(crate) async fn each_way_of(
    name: &'static str,
    wires: &[Wire],
    server: fn() -> ServerBuilder,
    half: Half,
) {
    let Some(kitex) = KitexServer::get() else {
        return;
    };
    let bound = server().bind("127.0.0.1:0").await.unwrap();
    let ours = bound.local_addr().unwrap().to_string();
    tokio::spawn(bound.serve());
    for &wire in wires {
        for address in [kitex.address(wire), ours.clone()] {
            half(address.clone(), wire).await;
            let mut client = kitex.client(name, wire, &address, "0", false);
            let result = spawn_blocking(move || client.result()).await.unwrap();
            assert_eq!(
                result, "ok",
                "{name}: Kitex over {} to {address}",
                wire.name
            );
        }
    }
}

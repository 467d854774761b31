//! Ten instances that die, stall, fall silent and lie about their health, while a client calls them.
//!
//! Three of the ten have no fault, so that every call can be made. The model says how many calls may fail at
//! most: those that run at an instance when it dies, and as many as it takes to find out that an instance
//! stalls or lies. A call that has reached nobody must not fail at all.

use std::env;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use streamgen_runtime::fleet::{
    Balancer, Ejection, Fleet, LeastStreams, RetryBudget, RoundRobin, TwoChoices, WeightedRandom,
};
use streamgen_runtime::middleware::{Calling, Middleware, Next};
use streamgen_runtime::testing::{Faults, Network, Serving, check, first_failure};
use streamgen_runtime::{Channel, Error, Result, Server, Transport};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

use crate::hosts::{address, first, number};
use crate::rpc_support::stream_gen::rpc::peer::EchoError;
use crate::rpc_support::{Peer, PeerClient, PeerServer, msg};

const INSTANCES: usize = 10;
/// Instances without fault.
const STEADY: usize = 3;
/// Instances that are silent at a time: a call that meets all of them still has time to connect.
const SILENT: usize = 2;
const CALLERS: usize = 3;
const SECOND: Duration = Duration::from_secs(1);
const MILLI: Duration = Duration::from_millis(1);
/// How long the faults go on.
const STORM: Duration = Duration::from_secs(45);
/// Longer than an instance may be left alone after the faults, and than it takes to return.
const CALM: Duration = Duration::from_secs(75);
/// Failures in a row that eject an instance.
const IN_A_ROW: usize = 3;

/// What is wrong with an instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    /// It is not there.
    Dead,
    /// Nothing passes to it and from it.
    Silent,
    /// It takes calls and does not read them.
    Stalled,
    /// It answers each call that it failed.
    Lying,
}

const FAULTS: [Fault; 4] = [Fault::Dead, Fault::Silent, Fault::Stalled, Fault::Lying];

/// One of the ten.
struct Host {
    nth: usize,
    fault: Option<Fault>,
    lies: Arc<AtomicBool>,
    served: Arc<AtomicUsize>,
    serving: Option<Serving>,
}

/// Fails the calls of an instance that lies, and counts the others.
struct Honest {
    lies: Arc<AtomicBool>,
    served: Arc<AtomicUsize>,
}

impl Middleware for Honest {
    async fn call(&self, calling: &mut Calling, next: Next<'_>) -> Result<()> {
        if self.lies.load(Ordering::Relaxed) {
            return Err(Error::application("it is not as healthy as it says"));
        }
        self.served.fetch_add(1, Ordering::Relaxed);
        next.run(calling).await
    }
}

impl Host {
    async fn start(network: &Network, nth: usize) -> Self {
        let mut host = Self {
            nth,
            fault: None,
            lies: Arc::default(),
            served: Arc::default(),
            serving: None,
        };
        host.serve(network).await;
        host
    }

    async fn serve(&mut self, network: &Network) {
        let honest = Honest {
            lies: Arc::clone(&self.lies),
            served: Arc::clone(&self.served),
        };
        let peer = Peer {
            prefix: "0:",
            ..Peer::default()
        };
        let server = Server::builder().middleware(honest);
        let server = server.add_service(PeerServer::from(Arc::new(peer)));
        self.serving = Some(network.serve(&address(self.nth), server).await.unwrap());
    }

    async fn begin(&mut self, network: &Network, fault: Fault) {
        let host = format!("i{}", self.nth);
        let link = network.link("a", host.clone());
        self.fault = Some(fault);
        match fault {
            Fault::Dead => self.serving.take().unwrap().kill().await,
            Fault::Silent => link.part(),
            Fault::Stalled => link.stall(host),
            Fault::Lying => self.lies.store(true, Ordering::Relaxed),
        }
    }

    async fn end(&mut self, network: &Network) {
        let host = format!("i{}", self.nth);
        let link = network.link("a", host.clone());
        match self.fault.take() {
            None => {}
            Some(Fault::Dead) => self.serve(network).await,
            Some(Fault::Silent) => link.heal(),
            Some(Fault::Stalled) => link.resume(host),
            Some(Fault::Lying) => self.lies.store(false, Ordering::Relaxed),
        }
    }
}

/// Begins and ends faults for a while. Returns how many there were.
async fn storm(network: &Network, hosts: &mut [Host]) -> usize {
    let (began, mut faults) = (Instant::now(), 0);
    while began.elapsed() < STORM {
        sleep(network.draw(100..2000) as u32 * MILLI).await;
        let nth = STEADY + network.draw(0..(INSTANCES - STEADY) as u64) as usize;
        let fault = FAULTS[network.draw(0..4) as usize];
        let silent = |host: &&Host| host.fault == Some(Fault::Silent);
        let too_silent = hosts.iter().filter(silent).count() >= SILENT;
        let host = &mut hosts[nth];
        match host.fault {
            Some(_) => host.end(network).await,
            None if fault == Fault::Silent && too_silent => {}
            None => {
                faults += 1;
                host.begin(network, fault).await;
            }
        }
    }
    faults
}

/// How calls went.
#[derive(Debug, Default)]
struct Tally {
    made: AtomicUsize,
    failed: AtomicUsize,
}

/// The kinds of calls that seeds choose from.
#[derive(Debug, Clone, Copy)]
enum Call {
    Unary,
    Stream,
}

/// A stream of one message.
async fn conversation(client: &PeerClient) -> Result<usize> {
    let mut stream = client.bidi().timeout(SECOND).await?;
    stream.send(msg("m")).await?;
    let answer = stream.recv().await?.expect("a message");
    stream.close_send().await?;
    assert_eq!(stream.recv().await?, None);
    Ok(number(&answer.text))
}

/// Calls until `over`.
async fn caller(client: PeerClient, call: Call, pause: Duration, over: Instant, tally: &Tally) {
    while Instant::now() < over {
        let result = match call {
            Call::Stream => conversation(&client).await,
            Call::Unary => match client.echo(msg("m")).timeout(SECOND).await {
                Ok(answer) => Ok(number(&answer.text)),
                Err(EchoError::Error(error)) => Err(error),
                Err(EchoError::Refused(refused)) => panic!("{refused:?}"),
            },
        };
        tally.made.fetch_add(1, Ordering::Relaxed);
        if let Err(error) = result {
            assert!(
                !error.is_retryable(),
                "a call is lost that could be made: {error}"
            );
            tally.failed.fetch_add(1, Ordering::Relaxed);
        }
        sleep(pause).await;
    }
}

/// The most calls that may fail, by so many faults: each of the callers may have a call at an instance when it
/// dies or stalls, or before enough others have failed; and each time that the instance is tried again, one
/// more fails, and the time until the next trial doubles.
fn most_failures(faults: usize) -> usize {
    let trials = 4; // After 2, 4, 8 and 16 s, and then the storm is over.
    faults * (IN_A_ROW + CALLERS + trials)
}

fn fleet(network: &Network, budget: RetryBudget) -> Fleet {
    let ejection = Ejection::default()
        .failures(IN_A_ROW as u32)
        .time(2 * SECOND);
    let ejection = ejection.longest(20 * SECOND).share(0.8);
    let fleet = Fleet::new(first(INSTANCES));
    let fleet = fleet.ejection(ejection).retry_budget(budget);
    fn with(fleet: Fleet, balancer: impl Balancer) -> Fleet {
        fleet.balancer(balancer)
    }
    match network.draw(0..4) {
        0 => with(fleet, RoundRobin),
        1 => with(fleet, WeightedRandom),
        2 => with(fleet, TwoChoices),
        _ => with(fleet, LeastStreams),
    }
}

async fn scenario(network: Network, budget: RetryBudget) {
    network.faults(Faults {
        latency: MILLI..5 * MILLI,
        ..Faults::default()
    });
    let mut hosts = Vec::new();
    for nth in 0..INSTANCES {
        hosts.push(Host::start(&network, nth).await);
    }
    let channel = Channel::builder("peer")
        .dial(network.host("a"))
        .fleet(fleet(&network, budget));
    let (channel, call) = match network.draw(0..3) {
        0 => (channel.transport(Transport::Grpc), Call::Unary),
        1 => (channel, Call::Unary),
        _ => (channel, Call::Stream),
    };
    let channel = channel.build().unwrap();
    let client = PeerClient::new(channel.clone());
    let tally = Arc::new(Tally::default());
    let over = Instant::now() + STORM + CALM;
    let mut calling = JoinSet::new();
    for _ in 0..CALLERS {
        let (client, tally) = (client.clone(), Arc::clone(&tally));
        let pause = network.draw(200..500) as u32 * MILLI;
        calling.spawn(async move { caller(client, call, pause, over, &tally).await });
    }
    let faults = storm(&network, &mut hosts).await;
    for host in &mut hosts {
        host.end(&network).await;
    }
    let served: Vec<_> = hosts
        .iter()
        .map(|host| host.served.load(Ordering::Relaxed))
        .collect();
    while let Some(ended) = calling.join_next().await {
        ended.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()));
    }

    let (made, failed) = (&tally.made, &tally.failed);
    let [made, failed] = [made, failed].map(|count| count.load(Ordering::Relaxed));
    let most = most_failures(faults);
    assert!(
        failed <= most,
        "{failed} of {made} calls failed, by {faults} faults at most {most}"
    );
    for (host, before) in hosts.iter().zip(served) {
        let after = host.served.load(Ordering::Relaxed) - before;
        assert!(
            after > 0,
            "instance {} got no call after its faults",
            host.nth
        );
    }
    for member in channel.instances() {
        assert_eq!((member.running(), member.streams()), (0, 0), "{member:?}");
        assert_eq!(member.ejected_until(), None, "{member:?}");
    }
}

/// How many seeds an ordinary run makes.
const SEEDS: u64 = 5;

#[test]
fn no_call_is_lost_that_could_be_made() {
    let count = env::var("STREAMGEN_SEEDS").ok();
    let count = count.map_or(SEEDS, |text| text.parse().expect("a number of seeds"));
    check(0..count, |network| {
        scenario(network, RetryBudget::default())
    });
}

/// The test can fail: a client that may make no call again loses some.
#[test]
fn a_client_without_retries_loses_calls() {
    let failed = first_failure(0..5, |network| {
        scenario(network, RetryBudget::new(0.0, 0.0))
    });
    let failed = failed.expect("a call is lost");
    assert!(failed.message.contains("a call is lost"), "{failed}");
}

//! A round of load: for some seconds, clients over every wire, each with much to do at the same time.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use streamgen_runtime::{ClientBuilder, PoolMode, Transport, UnaryTransport};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, sleep_until, timeout};

use crate::activities::{Activity, Pace};
use crate::library::{Library, Stop};
use crate::notes_support::thrift::NotesClient;
use crate::random::Random;
use crate::tally::Tally;

/// How long activities begin in a round.
const ROUND: Duration = Duration::from_secs(4);

/// How long an activity that has failed waits before it is tried again.
const PAUSE: Duration = Duration::from_millis(20);

/// How long a connection may take: no call may fail because the machine is busy.
const CONNECTS: Duration = Duration::from_secs(20);

/// An activity that takes longer hangs: each is done within seconds, on a busy machine too.
const HANGS: Duration = Duration::from_secs(120);

/// The longest time between two restarts, in milliseconds.
const UP: i64 = 1_500;

/// What happens to a round's connections.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Weather {
    /// Nothing: no call may fail.
    Calm,
    /// Connections through the relay are cut.
    Cuts,
    /// The same, and the server stops and starts again and again.
    Restarts,
}

impl Weather {
    pub(crate) const ALL: [Self; 3] = [Self::Calm, Self::Cuts, Self::Restarts];
}

pub(crate) struct Places {
    pub(crate) direct: SocketAddr,
    pub(crate) relayed: SocketAddr,
}

/// A wire: its name, and the settings of a client that uses it.
type Wire = (
    &'static str,
    fn(ClientBuilder<NotesClient>) -> ClientBuilder<NotesClient>,
);

/// Wires of streams, where all streams of a client share one connection.
const STREAMS: [Wire; 2] = [
    ("TTHeader Streaming", |builder| {
        builder
            .transport(Transport::TtHeaderStreaming)
            .pool(PoolMode::Mux { slots: 1 })
    }),
    ("gRPC", |builder| builder.transport(Transport::Grpc)),
];

/// Wires of calls without a stream.
const CALLS: [Wire; 4] = [
    ("Framed", |builder| {
        builder.unary_transport(UnaryTransport::Framed)
    }),
    ("TTHeader framed", |builder| {
        builder.unary_transport(UnaryTransport::TtHeaderFramed)
    }),
    ("TTHeader framed, multiplexed", |builder| {
        builder
            .unary_transport(UnaryTransport::TtHeaderFramed)
            .unary_pool(PoolMode::Mux { slots: 1 })
    }),
    ("gRPC", |builder| {
        builder.unary_transport(UnaryTransport::Grpc)
    }),
];

/// What all activities of a round share.
#[derive(Clone)]
struct Load {
    weather: Weather,
    until: Instant,
    tally: Arc<Mutex<Tally>>,
}

/// Runs a round to its end, when all clients are gone.
pub(crate) async fn run(
    places: &Places,
    weather: Weather,
    library: &Library,
    random: &mut Random,
) -> Tally {
    let load = Load {
        weather,
        until: Instant::now() + ROUND,
        tally: Arc::default(),
    };
    let mut tasks = JoinSet::new();
    for address in [places.direct, places.relayed] {
        for wire in STREAMS {
            load.begin(wire, address, Load::STREAMS, random, &mut tasks);
        }
        for wire in CALLS {
            load.begin(wire, address, Load::CALLS, random, &mut tasks);
        }
    }
    if weather == Weather::Restarts {
        restart(library, &load, random).await;
    }
    while let Some(ended) = tasks.join_next().await {
        if let Err(error) = ended {
            load.tell(|tally| tally.is_wrong(format!("{weather:?}: {error}")));
        }
    }
    let mut tally = load.tally.lock().unwrap_or_else(PoisonError::into_inner);
    std::mem::take(&mut *tally)
}

/// Stops and starts the server until the round is over.
async fn restart(library: &Library, load: &Load, random: &mut Random) {
    while Instant::now() < load.until {
        let up = Duration::from_millis(random.between(100, UP).unsigned_abs());
        sleep_until(load.until.min(Instant::now() + up)).await;
        let stop = *random.pick(&[Stop::Gracefully, Stop::AtOnce]);
        let left = library.restart(stop).await;
        load.tell(|tally| {
            tally.restarted();
            if left > 0 {
                tally.is_wrong(format!("{left} handlers ran on behind a graceful stop"));
            }
        });
    }
}

impl Load {
    /// All that a client does with streams, on one connection.
    const STREAMS: &[Activity] = &[
        Activity::Echo,
        Activity::Echo,
        Activity::SlowClient(Pace::SLOW),
        Activity::SlowClient(Pace::STOPS),
        Activity::SlowHandler(Pace::SLOW),
        Activity::SlowHandler(Pace::STOPS),
        Activity::Cancels,
        Activity::Deadline,
    ];
    /// All that a client does without streams.
    const CALLS: &[Activity] = &[Activity::Call; 3];

    /// Does each of the activities again and again until the round is over.
    fn begin(
        &self,
        (wire, with): Wire,
        address: SocketAddr,
        activities: &[Activity],
        random: &mut Random,
        tasks: &mut JoinSet<()>,
    ) {
        let builder = NotesClient::builder("notes")
            .address(address.to_string())
            .connect_timeout(CONNECTS);
        let client = with(builder).build().expect("it can be built");
        for activity in activities {
            let seed = random.between(0, i64::MAX - 1).unsigned_abs();
            let (load, client, random) = (self.clone(), client.clone(), Random::new(seed));
            tasks.spawn(load.repeat(*activity, wire, client, random));
        }
    }

    async fn repeat(
        self,
        activity: Activity,
        wire: &'static str,
        client: NotesClient,
        mut random: Random,
    ) {
        while Instant::now() < self.until {
            let echoed = |took| match self.weather {
                Weather::Calm => self.tell(|tally| tally.echoed(wire, took)),
                Weather::Cuts | Weather::Restarts => {}
            };
            let once = activity.once(&client, &mut random, echoed);
            let Ok(result) = timeout(HANGS, once).await else {
                let name = (activity.name(), wire, self.weather);
                self.tell(|tally| tally.is_wrong(format!("{name:?} hangs")));
                return;
            };
            let failed = result.is_err();
            self.tell(|tally| tally.count((activity.name(), wire), self.weather, result));
            if failed {
                sleep(PAUSE).await;
            }
        }
    }

    fn tell(&self, tell: impl FnOnce(&mut Tally)) {
        tell(&mut self.tally.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

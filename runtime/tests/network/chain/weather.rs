//! What happens to the links and the servers of a chain while it works.

use std::time::Duration;

use streamgen_runtime::Server;
use streamgen_runtime::testing::{Cut, Faults, Network, Serving};
use tokio::time::sleep;

use super::node::Node;
use crate::rpc_support::PeerServer;

const MILLI: Duration = Duration::from_millis(1);

/// The links of the chain.
const LINKS: [[&str; 2]; 2] = [["a", "b"], ["b", "c"]];

/// The faults of the links, and incidents, each with the time since the one before it.
pub(crate) struct Weather {
    faults: Faults,
    incidents: Vec<(Duration, Incident)>,
}

#[derive(Debug, Clone, Copy)]
enum Incident {
    Cut(usize, Cut),
    Part(usize, Duration),
    /// One of the two ends of the link does not read for a time.
    Stall(usize, usize, Duration),
    /// A server stops, or is killed, and comes back after a time.
    Restart {
        server: usize,
        gracefully: bool,
        after: Duration,
    },
}

impl Weather {
    /// One seed in four has a network without faults, so that calls have to succeed.
    pub(crate) fn draw(network: &Network) -> Self {
        let calm = network.draw(0..4) == 0;
        let share = |most: u64| network.draw(0..most + 1) as f64 / 100.0;
        let latency = network.draw(0..5) as u32;
        let mut faults = Faults {
            latency: MILLI * latency..MILLI * latency * 2,
            short_writes: share(50),
            ..Faults::default()
        };
        let mut incidents = Vec::new();
        if !calm {
            faults.refused = share(10);
            faults.unanswered = share(5);
            faults.cut = share(40);
            faults.stalls = share(20);
            incidents.extend((0..network.draw(0..4)).map(|_| Incident::draw(network)));
        }
        Self { faults, incidents }
    }

    pub(crate) fn is_calm(&self) -> bool {
        self.faults.cut + self.faults.refused + self.faults.unanswered + self.faults.stalls == 0.0
            && self.incidents.is_empty()
    }

    pub(crate) fn begin(&self, network: &Network) {
        network.faults(self.faults.clone());
    }

    /// Lets the incidents happen.
    pub(crate) async fn pass(&self, network: &Network, servers: &mut Servers) {
        for (after, incident) in &self.incidents {
            sleep(*after).await;
            incident.happen(network, servers).await;
        }
    }
}

/// Ends all faults.
pub(crate) fn clear(network: &Network) {
    network.faults(Faults::default());
}

impl Incident {
    fn draw(network: &Network) -> (Duration, Self) {
        let below = |bound: u64| network.draw(0..bound);
        let time = || MILLI * below(3000) as u32;
        let link = below(2) as usize;
        let incident = match below(4) {
            0 => Self::Cut(
                link,
                [Cut::Close, Cut::Reset, Cut::BlackHole][below(3) as usize],
            ),
            1 => Self::Part(link, time()),
            2 => Self::Stall(link, below(2) as usize, time()),
            _ => Self::Restart {
                server: link,
                gracefully: below(2) == 0,
                after: time(),
            },
        };
        (MILLI * below(1000) as u32, incident)
    }

    async fn happen(self, network: &Network, servers: &mut Servers) {
        let between = |link: usize| network.link(LINKS[link][0], LINKS[link][1]);
        match self {
            Self::Cut(link, how) => between(link).cut_now(how),
            Self::Part(link, time) => {
                between(link).part();
                sleep(time).await;
                between(link).heal();
            }
            Self::Stall(link, end, time) => {
                between(link).stall(LINKS[link][end]);
                sleep(time).await;
                between(link).resume(LINKS[link][end]);
            }
            Self::Restart {
                server,
                gracefully,
                after,
            } => {
                servers.end(server, gracefully).await;
                sleep(after).await;
                servers.begin(server).await;
            }
        }
    }
}

/// The servers of the chain.
pub(crate) struct Servers {
    network: Network,
    nodes: Vec<(&'static str, Node)>,
    serving: Vec<Option<Serving>>,
}

impl Servers {
    pub(crate) async fn start(network: Network, nodes: Vec<(&'static str, Node)>) -> Self {
        let serving = nodes.iter().map(|_| None).collect();
        let mut servers = Self {
            network,
            nodes,
            serving,
        };
        for number in 0..servers.nodes.len() {
            servers.begin(number).await;
        }
        servers
    }

    async fn begin(&mut self, number: usize) {
        let (address, node) = &self.nodes[number];
        let server = Server::builder().add_service(PeerServer::new(node.clone()));
        let serving = self.network.serve(address, server).await.unwrap();
        self.serving[number] = Some(serving);
    }

    async fn end(&mut self, number: usize, gracefully: bool) {
        match self.serving[number].take() {
            Some(serving) if gracefully => serving.stop().await.unwrap(),
            Some(serving) => serving.kill().await,
            None => {}
        }
    }

    pub(crate) async fn stop(mut self) {
        for number in 0..self.serving.len() {
            self.end(number, true).await;
        }
    }
}

//! What an attack is: its place in the table, and its bounds.

use std::fmt;
use std::io;
use std::time::Duration;

use crate::stage::Stage;

pub const MIB: usize = 1024 * 1024;

/// One line of the table.
pub struct Attack {
    /// Begins with the wire, and with `client` if a client is attacked.
    pub name: &'static str,
    /// What the peer does, in a few words.
    pub about: &'static str,
    pub wire: Wire,
    pub target: Target,
    /// The most memory that the attacked process may hold above its idle size, in bytes.
    pub memory: usize,
    pub run: Run,
}

/// Plays the hostile peer from beginning to end. It returns an error if it could not attack, or if the
/// target broke a promise. That the target closes the connection is no error.
pub type Run = fn(&Stage) -> io::Result<()>;

impl Attack {
    /// An attack on a server that has all defaults.
    pub fn on_server(
        name: &'static str,
        about: &'static str,
        wire: Wire,
        memory: usize,
        run: Run,
    ) -> Self {
        Self {
            name,
            about,
            wire,
            target: Target::Server(Pace::Default),
            memory,
            run,
        }
    }

    /// The same on a server that soon gives up.
    pub fn quick(self) -> Self {
        Self {
            target: Target::Server(Pace::Quick),
            ..self
        }
    }

    /// An attack on a client that has all defaults.
    pub fn on_client(
        name: &'static str,
        about: &'static str,
        wire: Wire,
        drive: Drive,
        memory: usize,
        run: Run,
    ) -> Self {
        Self {
            name,
            about,
            wire,
            target: Target::Client(drive),
            memory,
            run,
        }
    }
}

/// What is attacked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    Server(Pace),
    Client(Drive),
}

/// The times that a server waits before it gives a peer up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pace {
    /// The defaults.
    Default,
    /// A second where the default is longer, for attacks that have to be given up.
    Quick,
}

/// What the attacked client does with its connection to the hostile server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Drive {
    /// Makes one call after the other.
    Calls,
    /// Opens a stream, sends and sends, and takes no answer.
    SendsOnly,
    /// Opens two streams on one connection, and takes what comes on the second one only.
    TakesOfOne,
    /// Opens very many streams on one connection, each with a task that waits for a message.
    OpensMany,
}

impl Drive {
    const ALL: [Self; 4] = [
        Self::Calls,
        Self::SendsOnly,
        Self::TakesOfOne,
        Self::OpensMany,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::Calls => "calls",
            Self::SendsOnly => "sends-only",
            Self::TakesOfOne => "takes-of-one",
            Self::OpensMany => "opens-many",
        }
    }

    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|drive| drive.name() == name)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wire {
    Streaming,
    Grpc,
    Framed,
    TtHeader,
    /// Whatever the first bytes say.
    Any,
}

impl Wire {
    const ALL: [Self; 5] = [
        Self::Streaming,
        Self::Grpc,
        Self::Framed,
        Self::TtHeader,
        Self::Any,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::Streaming => "streaming",
            Self::Grpc => "grpc",
            Self::Framed => "framed",
            Self::TtHeader => "ttheader",
            Self::Any => "any",
        }
    }

    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|wire| wire.name() == name)
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Server(_) => "server",
            Self::Client(_) => "client",
        })
    }
}

/// How long and how much.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scale {
    /// For tests: a second or so for each attack, whatever the profile and the load.
    Short,
    /// Everything, with a release build on a machine that does nothing else.
    Long,
}

impl Scale {
    /// The smaller number in the short form.
    pub fn of(self, short: usize, long: usize) -> usize {
        match self {
            Self::Short => short,
            Self::Long => long,
        }
    }

    /// How many attacks run at the same time. They disturb each other's latencies.
    pub fn lanes(self) -> usize {
        self.of(2, 1)
    }

    /// How long an attack may go on building up.
    pub fn build_up(self) -> Duration {
        match self {
            Self::Short => Duration::from_secs(1),
            Self::Long => Duration::from_secs(6),
        }
    }

    /// How long an attack holds what it has built up.
    pub fn hold(self) -> Duration {
        match self {
            Self::Short => Duration::from_millis(150),
            Self::Long => Duration::from_secs(1),
        }
    }

    /// The 99th percentile that a bystander may see. A test runs in the dev profile beside others.
    pub fn latency(self) -> Duration {
        match self {
            Self::Short => Duration::from_secs(2),
            Self::Long => Duration::from_millis(50),
        }
    }
}

//! The programs of Kitex and our own, which hold conversations with each other.

use std::collections::HashMap;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use interop_events::stream_gen::events::events::EventsServer;
use interop_events::{Handler, Recorder, Talk, converse};
use streamgen_runtime::Server;
use tokio::runtime::{Builder, Runtime};
use tokio::time::timeout;

use crate::files::Side;

/// No conversation takes longer, however busy the machine.
const LONGEST: Duration = Duration::from_secs(60);

/// Whose program one side of a conversation is.
pub(crate) enum Peer {
    Kitex(PathBuf),
    Ours,
}

/// What the tracers of both sides were told of a conversation.
pub(crate) struct Told {
    pub(crate) client: Vec<String>,
    pub(crate) server: Vec<String>,
}

impl Told {
    pub(crate) fn of(&self, side: Side) -> &[String] {
        match side {
            Side::Client => &self.client,
            Side::Server => &self.server,
        }
    }
}

/// The logs of a server, by conversation.
#[derive(Default)]
struct Logs {
    logs: Mutex<HashMap<String, Vec<String>>>,
    added: Condvar,
}

impl Logs {
    fn add(&self, talk: String, events: Vec<String>) {
        self.logs.lock().unwrap().insert(talk, events);
        self.added.notify_all();
    }

    /// Waits for the log of that conversation.
    fn take(&self, talk: &str) -> Vec<String> {
        let logs = self.logs.lock().unwrap();
        let missing = |logs: &mut HashMap<String, Vec<String>>| !logs.contains_key(talk);
        let waited = self.added.wait_timeout_while(logs, LONGEST, missing);
        let log = waited.unwrap().0.remove(talk);
        log.unwrap_or_else(|| panic!("the server has not told of {talk}"))
    }
}

/// A server that runs until it is dropped.
pub(crate) struct Serving {
    address: String,
    logs: Arc<Logs>,
    process: Option<Child>,
    _runtime: Option<Runtime>,
}

impl Serving {
    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// What the server was told of the conversation, which the client has ended.
    pub(crate) fn told(&self, talk: Talk) -> Vec<String> {
        self.logs.take(&talk.to_string())
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        if let Some(process) = &mut self.process {
            let _ = process.kill();
            let _ = process.wait();
        }
    }
}

impl Peer {
    pub(crate) fn serve(&self) -> Serving {
        match self {
            Self::Kitex(program) => serve_kitex(program),
            Self::Ours => serve_ours(),
        }
    }

    /// Holds a conversation with the server at `address`. Returns what the client was told.
    pub(crate) fn converse(&self, address: &str, talk: Talk) -> Vec<String> {
        match self {
            Self::Kitex(program) => {
                let mut command = Command::new(program);
                let shape = ["-shape", talk.shape.name()];
                let ending = ["-ending", talk.ending.name(), "-proto", talk.wire.name()];
                command.args(["client", "-addr", address]);
                let output = command.args(shape).args(ending).output().unwrap();
                let errors = String::from_utf8_lossy(&output.stderr);
                assert!(output.status.success(), "{talk}: {errors}");
                parse(&String::from_utf8(output.stdout).unwrap()).1
            }
            Self::Ours => {
                let runtime = runtime();
                let talking = async { timeout(LONGEST, converse(address, talk)).await };
                let told = runtime.block_on(talking);
                told.unwrap_or_else(|_| panic!("{talk} does not end"))
                    .unwrap()
            }
        }
    }
}

fn runtime() -> Runtime {
    Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap()
}

fn serve_kitex(program: &PathBuf) -> Serving {
    let mut command = Command::new(program);
    command.arg("server").stdout(Stdio::piped());
    let mut process = command.spawn().unwrap();
    let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
    let first = lines.next().unwrap().unwrap();
    let address = first.strip_prefix("listening ").unwrap().to_owned();
    let logs = Arc::<Logs>::default();
    let reading = Arc::clone(&logs);
    std::thread::spawn(move || {
        for line in lines.map_while(Result::ok) {
            let (talk, events) = parse(&line);
            reading.add(talk, events);
        }
    });
    Serving {
        address,
        logs,
        process: Some(process),
        _runtime: None,
    }
}

/// A line of Kitex's programs: the conversation, and its events.
fn parse(line: &str) -> (String, Vec<String>) {
    let (talk, events) = line.trim_end().split_once(": ").unwrap();
    let events = events.split("; ").map(str::to_owned).collect();
    (talk.to_owned(), events)
}

fn serve_ours() -> Serving {
    let runtime = runtime();
    let logs = Arc::<Logs>::default();
    let finished = Arc::clone(&logs);
    let recorder = Recorder::server(move |log| {
        let (talk, events) = log.take();
        if !talk.is_empty() {
            finished.add(talk, events);
        }
    });
    let server = Server::builder()
        .tracer(recorder)
        .add_service(EventsServer::new(Handler::default()));
    let bound = runtime.block_on(server.bind("127.0.0.1:0")).unwrap();
    let address = bound.local_addr().unwrap().to_string();
    runtime.spawn(bound.serve());
    Serving {
        address,
        logs,
        process: None,
        _runtime: Some(runtime),
    }
}

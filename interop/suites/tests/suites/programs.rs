//! The Kitex program of the suites: its server, one for all tests, and its clients.

use std::io::{BufRead, BufReader, Read as _};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, OnceLock};

use crate::kitex;
use crate::verdicts::Verdicts;
use crate::wire::Wire;

/// The Kitex server. It ends with this process, which ends its input.
pub(crate) struct KitexServer {
    program: PathBuf,
    ports: Vec<(String, String)>,
    pub(crate) verdicts: Arc<Verdicts>,
    _process: Child,
}

impl KitexServer {
    /// The server of all tests; `None` without Go.
    pub(crate) fn get() -> Option<&'static Self> {
        static SERVER: OnceLock<Option<KitexServer>> = OnceLock::new();
        SERVER.get_or_init(Self::start).as_ref()
    }

    fn start() -> Option<Self> {
        let program = kitex::program("suites")?;
        let mut command = Command::new(&program);
        command.arg("server").stdin(Stdio::piped());
        let mut process = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let mut ports = Vec::new();
        loop {
            let line = lines.next().expect("the server's ports").unwrap();
            match line.split_once(' ') {
                Some((port, address)) => ports.push((port.to_owned(), address.to_owned())),
                None => break,
            }
        }
        let verdicts = Arc::new(Verdicts::default());
        let reader = Arc::clone(&verdicts);
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                let verdict = line.strip_prefix("verdict ");
                if let Some((run, found)) = verdict.and_then(|rest| rest.split_once(' ')) {
                    reader.put(run, found);
                }
            }
        });
        Some(Self {
            program,
            ports,
            verdicts,
            _process: process,
        })
    }

    pub(crate) fn address(&self, wire: Wire) -> String {
        let port = self.ports.iter().find(|(port, _)| port == wire.port);
        port.expect("the server has the port").1.clone()
    }

    /// Starts a client.
    pub(crate) fn client(
        &self,
        case: &str,
        wire: Wire,
        address: &str,
        run: &str,
        per_call: bool,
    ) -> KitexClient {
        let mut command = Command::new(&self.program);
        command.args(["client", "-case", case, "-wire", wire.name]);
        command.args(["-addr", address, "-run", run]);
        if per_call {
            command.arg("-per-call");
        }
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        KitexClient(command.stderr(Stdio::piped()).spawn().unwrap())
    }
}

/// A Kitex client. It stays until it is dropped, so that its connection ends no call.
pub(crate) struct KitexClient(Child);

impl KitexClient {
    /// Waits for the client's half: `ok`, or what it has found.
    pub(crate) fn result(&mut self) -> String {
        let mut line = String::new();
        let output = self.0.stdout.take().unwrap();
        let _ = BufReader::new(output).read_line(&mut line);
        if line.is_empty() {
            let errors = self.0.stderr.as_mut().unwrap();
            let _ = errors.read_to_string(&mut line);
        }
        line.trim_end().to_owned()
    }
}

impl Drop for KitexClient {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

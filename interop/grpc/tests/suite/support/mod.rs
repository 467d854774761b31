//! Starts the programs of the suite on loopback and runs cases between them.

#[path = "../../../../../tests/alone/mod.rs"]
mod alone;
pub mod go;
pub mod grpcio;
#[path = "../../../../peer/tests/support/kitex.rs"]
mod kitex;
mod skip;
pub mod tonic;

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use interop_grpc::testdata;

/// Who wrote a client or a server of the suite.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Peer {
    /// This package.
    Rust,
    /// grpc-go's own programs.
    Go,
    /// `grpcio/interop.py`.
    Python,
    /// `interop/tonic`.
    Tonic,
    /// `interop/kitex/cmd/grpc`.
    Kitex,
}

impl Peer {
    /// The client; `None` if it cannot be had here.
    fn client(self) -> Option<Command> {
        match self {
            Self::Rust => Some(Command::new(env!("CARGO_BIN_EXE_grpc-interop-client"))),
            Self::Go => go::program("client"),
            Self::Python => on_grpcio("client"),
            Self::Tonic => Some(tonic::program("client")),
            Self::Kitex => on_kitex("client"),
        }
    }

    fn server(self) -> Option<Command> {
        match self {
            Self::Rust => Some(Command::new(env!("CARGO_BIN_EXE_grpc-interop-server"))),
            Self::Go => go::program("server"),
            Self::Python => on_grpcio("server"),
            Self::Tonic => Some(tonic::program("server")),
            Self::Kitex => on_kitex("server"),
        }
    }
}

/// The suite's `client` or `server` on Kitex.
fn on_kitex(command: &str) -> Option<Command> {
    let mut program = Command::new(kitex::program("grpc")?);
    program.arg(command);
    Some(program)
}

/// The command that starts grpcio's `client` or `server` of the suite.
fn on_grpcio(command: &str) -> Option<Command> {
    let mut program = grpcio::script("interop.py")?;
    program.arg(command);
    Some(program)
}

/// How the two meet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wire {
    Plain,
    /// Secured, by the certificates that come with grpc-go.
    Tls,
    /// With relays that see which messages are compressed.
    Watched,
}

impl Wire {
    fn server_flags(self, peer: Peer) -> Vec<String> {
        match self {
            Self::Plain => Vec::new(),
            Self::Watched => vec!["-check_compression".to_owned()],
            Self::Tls => {
                let files = [
                    ("tls_cert_file", "server1.pem"),
                    ("tls_key_file", "server1.key"),
                ];
                secured(peer, &files)
            }
        }
    }

    fn client_flags(self, peer: Peer) -> Vec<String> {
        if self != Self::Tls {
            return Vec::new();
        }
        let mut flags = secured(peer, &[("ca_file", "ca.pem")]);
        flags.push("-use_test_ca".to_owned());
        flags.push("-server_host_override=waterzooi.test.google.be".to_owned());
        flags
    }
}

/// The flags of a peer with TLS. Which of grpc-go's certificates to take, grpc-go's programs and
/// ours know by themselves.
fn secured(peer: Peer, files: &[(&str, &str)]) -> Vec<String> {
    let mut flags = vec!["-use_tls".to_owned()];
    if !matches!(peer, Peer::Rust | Peer::Go) {
        let folder = testdata::folder().expect("grpc-go is there");
        let path = |file| folder.join(file).display().to_string();
        flags.extend(
            files
                .iter()
                .map(|(flag, file)| format!("-{flag}={}", path(file))),
        );
    }
    flags
}

/// Runs `cases` one by one against one server, and expects that all pass. Peers that cannot be had
/// here are left out; a line says so.
pub fn run_cases(client: Peer, server: Peer, wire: Wire, cases: &[&str]) {
    if wire == Wire::Tls && !go::is_there() {
        return;
    }
    let Some(server) = Server::start(server, wire) else {
        return;
    };
    let flags = wire.client_flags(client);
    let mut failed = Vec::new();
    for case in cases {
        let Some(client) = client.client() else {
            return;
        };
        failed.extend(fails(client, &server.port, &flags, case));
    }
    assert!(
        failed.is_empty(),
        "{} of {} cases failed:\n{}",
        failed.len(),
        cases.len(),
        failed.join("\n")
    );
}

/// What a client says of a case that fails.
fn fails(mut client: Command, port: &str, flags: &[String], case: &str) -> Option<String> {
    let output = client
        .args(["-server_host", "127.0.0.1", "-server_port", port])
        .args(["-test_case", case])
        .args(flags)
        .output()
        .expect("the client runs");
    let errors = String::from_utf8_lossy(&output.stderr);
    (!output.status.success()).then(|| format!("{case}: {}\n{errors}", output.status))
}

/// A running server, stopped when dropped.
pub struct Server {
    process: Child,
    pub port: String,
}

impl Server {
    /// Starts a server on a free port; `None` if its program cannot be had here.
    pub fn start(peer: Peer, wire: Wire) -> Option<Self> {
        let mut process = peer
            .server()?
            .args(["-port", "0"])
            .args(wire.server_flags(peer))
            // grpc-go tells its port as information.
            .env("GRPC_GO_LOG_SEVERITY_LEVEL", "info")
            .stderr(Stdio::piped())
            .spawn()
            .expect("the server starts");
        let mut lines = BufReader::new(process.stderr.take().expect("piped")).lines();
        let port = lines
            .by_ref()
            .map(|line| line.expect("UTF-8"))
            .find_map(|line| {
                let (_, address) = line.split_once("interop server listening on ")?;
                let (_, port) = address.rsplit_once(':')?;
                Some(port.to_owned())
            });
        // Whoever is not read stops writing.
        std::thread::spawn(move || lines.for_each(drop));
        let port = port.expect("the server tells its port");
        Some(Self { process, port })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

//! Starts the programs of the suite on loopback and runs cases between them.

mod go;

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

/// Who wrote a client or a server of the suite.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Peer {
    /// This package.
    Rust,
    /// grpc-go's own programs.
    Go,
}

impl Peer {
    fn client(self) -> Option<PathBuf> {
        match self {
            Self::Rust => Some(env!("CARGO_BIN_EXE_grpc-interop-client").into()),
            Self::Go => go::program("client"),
        }
    }

    fn server(self) -> Option<PathBuf> {
        match self {
            Self::Rust => Some(env!("CARGO_BIN_EXE_grpc-interop-server").into()),
            Self::Go => go::program("server"),
        }
    }
}

/// Whether connections are secured, by the certificates that come with grpc-go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tls {
    Off,
    On,
}

impl Tls {
    fn server_flags(self) -> &'static [&'static str] {
        match self {
            Self::Off => &[],
            Self::On => &["-use_tls"],
        }
    }

    fn client_flags(self) -> &'static [&'static str] {
        match self {
            Self::Off => &[],
            Self::On => &[
                "-use_tls",
                "-use_test_ca",
                "-server_host_override",
                "waterzooi.test.google.be",
            ],
        }
    }
}

/// Runs `cases` one by one against one server, and expects that all pass. Peers that cannot be had
/// here are left out; a line says so.
pub fn run_cases(client: Peer, server: Peer, tls: Tls, cases: &[&str]) {
    if tls == Tls::On && !go::is_there() {
        return;
    }
    let (Some(program), Some(server)) = (client.client(), Server::start(server, tls)) else {
        return;
    };
    let failed: Vec<_> = cases
        .iter()
        .filter_map(|case| fails(&program, &server.port, tls, case))
        .collect();
    assert!(
        failed.is_empty(),
        "{} of {} cases failed:\n{}",
        failed.len(),
        cases.len(),
        failed.join("\n")
    );
}

/// What a client says of a case that fails.
fn fails(program: &PathBuf, port: &str, tls: Tls, case: &str) -> Option<String> {
    let output = Command::new(program)
        .args(["-server_host", "127.0.0.1", "-server_port", port])
        .args(["-test_case", case])
        .args(tls.client_flags())
        .output()
        .expect("the client runs");
    let errors = String::from_utf8_lossy(&output.stderr);
    (!output.status.success()).then(|| format!("{case}: {}\n{errors}", output.status))
}

/// A running server, stopped when dropped.
struct Server {
    process: Child,
    port: String,
}

impl Server {
    /// Starts a server on a free port; `None` if its program cannot be had here.
    fn start(peer: Peer, tls: Tls) -> Option<Self> {
        let mut process = Command::new(peer.server()?)
            .args(["-port", "0"])
            .args(tls.server_flags())
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

/// Says in one line that `what` is missing, past the test harness, which would keep the line of a
/// passing test to itself. Fails where interop is required.
fn skip(what: &str) {
    assert!(
        std::env::var_os("STREAMGEN_REQUIRE_INTEROP").is_none(),
        "{what}, and STREAMGEN_REQUIRE_INTEROP demands it"
    );
    let line = format!("skipped: {what}\n");
    let _ = std::io::stderr().write_all(line.as_bytes());
}

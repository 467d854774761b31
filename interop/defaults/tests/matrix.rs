//! The default-options matrix (kitex-tool.md 5): a client and a server that are told no wire, one of them
//! Kitex's, for (Thrift, Protobuf) × (with streams, without) × (`-streamx`, classic).

#[path = "../../peer/tests/support/kitex.rs"]
mod kitex;

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use interop_defaults::{Service, clients, serve};

/// The two kinds of code that the Kitex tool writes.
const SURFACES: [&str; 2] = ["defaults-streamx", "defaults-classic"];

#[tokio::test(flavor = "multi_thread")]
async fn a_default_kitex_client_of_every_idl_calls_a_server_of_ours() {
    for surface in SURFACES {
        let Some(program) = kitex::program(surface) else {
            return;
        };
        for service in Service::ALL {
            let address = serve(service).await.unwrap().to_string();
            let client = Command::new(&program)
                .args(["client", "-service", service.name(), "-addr", &address])
                .output()
                .unwrap();
            let said = String::from_utf8_lossy(&client.stdout);
            assert!(client.status.success(), "{surface} {service:?}:\n{said}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_default_client_of_ours_of_every_idl_calls_a_kitex_server() {
    for surface in SURFACES {
        let Some(program) = kitex::program(surface) else {
            return;
        };
        for service in Service::ALL {
            let server = Server::start(Command::new(&program), service);
            let answers = clients::call(service, server.address.clone()).await;
            for (method, answer) in answers.unwrap() {
                let cell = format!("{surface} {service:?} {method}");
                if is_beyond_kitex(surface, service, method) {
                    let error = answer.expect_err(&cell);
                    assert!(error.to_string().contains("gRPC"), "{cell}: {error}");
                    continue;
                }
                let answer = answer.unwrap_or_else(|error| panic!("{cell}: {error}"));
                assert_eq!(answer, clients::wanted(method), "{cell}");
            }
        }
    }
}

/// Kitex's own `-streamx` Thrift clients cannot stream to its classic servers either, which find the
/// protocol of such streams and panic on each (grpc-and-pingpong.md 0).
fn is_beyond_kitex(surface: &str, service: Service, method: &str) -> bool {
    surface == "defaults-classic" && service == Service::Streams && method != "Echo"
}

/// A Kitex server, ended when dropped.
struct Server {
    process: Child,
    address: String,
}

impl Server {
    fn start(mut program: Command, service: Service) -> Self {
        let command = program.args(["server", "-service", service.name(), "-addr", "127.0.0.1:0"]);
        let mut process = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let first = lines.next().unwrap().unwrap();
        let address = first.strip_prefix("listening on ").unwrap().to_owned();
        std::thread::spawn(move || lines.for_each(drop));
        Self { process, address }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

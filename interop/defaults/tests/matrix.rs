//! The four pairings of Kitex's surfaces (kitex-tool.md 5, 10): clients and servers of either kind of
//! code against Kitex's of either kind, for (Thrift, Protobuf) × (with streams, without), over the
//! default of each and over every wire that the two share.

#[path = "../../peer/tests/support/kitex.rs"]
mod kitex;

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use interop_defaults::{Service, Surface, Wire, clients, serve};
use streamgen_runtime::Transport;

#[tokio::test(flavor = "multi_thread")]
async fn kitex_clients_of_both_surfaces_call_our_servers_of_both() {
    for surface in Surface::ALL {
        let Some(program) = kitex::program(surface.kitex()) else {
            return;
        };
        for (service, ours) in pairs() {
            let address = serve(service, ours).await.unwrap().to_string();
            for wire in service.wires() {
                kitex_client(&program, service, *wire, &address, (surface, ours));
            }
        }
    }
}

/// Calls every method by a client of Kitex.
fn kitex_client(
    program: &Path,
    service: Service,
    wire: Wire,
    address: &str,
    pairing: (Surface, Surface),
) {
    let client = Command::new(program)
        .args(["client", "-service", service.name(), "-addr", address])
        .args(["-wire", wire.name()])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&client.stdout);
    assert!(
        client.status.success(),
        "{pairing:?} {service:?} {wire:?}:\n{said}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn our_clients_of_both_surfaces_call_kitex_servers_of_both() {
    for surface in Surface::ALL {
        let Some(program) = kitex::program(surface.kitex()) else {
            return;
        };
        for service in Service::ALL {
            let server = Server::start(Command::new(&program), service);
            for (_, ours) in pairs().filter(|(of, _)| *of == service) {
                for wire in service.wires() {
                    our_client(&server, (surface, ours), service, *wire).await;
                }
            }
        }
    }
}

/// Calls every method of a Kitex server by a client of ours.
async fn our_client(
    server: &Server,
    (kitex, ours): (Surface, Surface),
    service: Service,
    wire: Wire,
) {
    let answers = clients::call(service, ours, wire, server.address.clone()).await;
    for (method, answer) in answers.unwrap() {
        let cell = format!("{ours:?} to {kitex:?} {service:?} {wire:?} {method}");
        if let Some(text) = beyond_kitex(kitex, ours, service, wire, method) {
            let error = answer.expect_err(&cell);
            assert!(error.to_string().contains(text), "{cell}: {error}");
            continue;
        }
        let answer = answer.unwrap_or_else(|error| panic!("{cell}: {error}"));
        assert_eq!(answer, clients::wanted(method), "{cell}");
    }
}

/// What an error says of a call that Kitex's classic servers cannot serve, whose client ever makes it:
/// streams over TTHeader Streaming, on each of which they panic (grpc-and-pingpong.md 0), and methods of
/// `streaming.mode = "unary"` that are called as ping-pong methods.
fn beyond_kitex(
    kitex: Surface,
    ours: Surface,
    service: Service,
    wire: Wire,
    method: &str,
) -> Option<&'static str> {
    if kitex != Surface::Classic || service != Service::Streams {
        return None;
    }
    let stream = match (wire, ours) {
        (Wire::Streams(transport), _) => transport,
        (_, Surface::StreamX) => Transport::TtHeaderStreaming,
        (_, Surface::Classic) => Transport::Grpc,
    };
    match (method, ours, stream) {
        (_, _, Transport::Grpc) | ("Echo", ..) | ("Unary", Surface::Classic, _) => None,
        ("Unary", ..) => Some("is a thrift streaming unary method"),
        _ => Some("gRPC"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn our_clients_of_both_surfaces_call_our_servers_of_both() {
    for (service, server) in pairs() {
        let address = serve(service, server).await.unwrap().to_string();
        for (_, client) in pairs().filter(|(of, _)| *of == service) {
            for wire in service.wires() {
                let answers = clients::call(service, client, *wire, address.clone()).await;
                for (method, answer) in answers.unwrap() {
                    let cell = format!("{client:?} to {server:?} {service:?} {wire:?} {method}");
                    assert_eq!(
                        answer.ok().as_deref(),
                        Some(clients::wanted(method)),
                        "{cell}"
                    );
                }
            }
        }
    }
}

/// Each service with each surface on which it differs.
fn pairs() -> impl Iterator<Item = (Service, Surface)> {
    let all = Service::ALL.into_iter();
    all.flat_map(|service| match service {
        Service::Calls | Service::CallsPb => vec![(service, Surface::StreamX)],
        Service::Streams | Service::StreamsPb => Surface::ALL.map(|one| (service, one)).into(),
    })
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

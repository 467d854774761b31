//! Middleware costs nothing for calls of another kind, a tracer nothing for messages, and limits of calls
//! allocate nothing. These tests have a process of their own, in which nobody else allocates.

mod rpc_support;

use allocation_counter::measure;
use rpc_support::{Peer, PeerClient, PeerServer, msg};
use streamgen_runtime::middleware::{
    Calling, Hooks, Next, Receiving, RecvNext, SendNext, Sending, Tracer,
};
use streamgen_runtime::server::{Adaptive, CallLimit};
use streamgen_runtime::{Result, Server, Transport, UnaryTransport};
use tokio::runtime::{Builder, Runtime};

/// Calls, or messages of a stream, in one measurement.
const MANY: u64 = 100;

async fn call(calling: &mut Calling, next: Next<'_>) -> Result<()> {
    next.run(calling).await
}

async fn recv(recv: &mut Receiving, next: RecvNext<'_>) -> Result<()> {
    next.run(recv).await
}

async fn send(send: &mut Sending, next: SendNext<'_>) -> Result<()> {
    next.run(send).await
}

/// A client and its server in memory, on one thread, both with these hooks.
fn pair(wire: (Transport, UnaryTransport), hooks: &Hooks) -> (Runtime, PeerClient) {
    paired(wire, hooks, None)
}

/// The same, where the server and the methods of the service have these limits.
fn paired(
    wire: (Transport, UnaryTransport),
    hooks: &Hooks,
    limit: Option<&CallLimit>,
) -> (Runtime, PeerClient) {
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    let mut server = Server::builder()
        .add_service(PeerServer::new(Peer::default()))
        .hooks(hooks.clone());
    if let Some(limit) = limit {
        server = server.call_limit(limit.clone());
        for method in ["Echo", "Bidi"] {
            server = server.method_call_limit("Peer", method, limit.clone());
        }
    }
    let client = PeerClient::builder("peer").dial(server.invoker().unwrap());
    let client = client.transport(wire.0).unary_transport(wire.1);
    let client = client.hooks(hooks.clone()).build().unwrap();
    (runtime, client)
}

const WIRES: [(Transport, UnaryTransport); 2] = [
    (Transport::TtHeaderStreaming, UnaryTransport::TtHeaderFramed),
    (Transport::Grpc, UnaryTransport::Grpc),
];

/// How often [`MANY`] calls without stream allocate, on both sides together.
fn calls(wire: (Transport, UnaryTransport), hooks: &Hooks) -> u64 {
    calls_of(&pair(wire, hooks))
}

fn calls_of((runtime, client): &(Runtime, PeerClient)) -> u64 {
    let many = async || {
        for _ in 0..MANY {
            client.echo(msg("m")).await.unwrap();
        }
    };
    runtime.block_on(many());
    measure(|| runtime.block_on(many())).count_total
}

/// How often [`MANY`] messages of a stream, each sent there and back, allocate on both sides together.
fn messages(wire: (Transport, UnaryTransport), hooks: &Hooks) -> u64 {
    let (runtime, client) = pair(wire, hooks);
    let mut stream = runtime.block_on(async { client.bidi().await }).unwrap();
    let mut many = async || {
        for _ in 0..MANY {
            stream.send(msg("m")).await.unwrap();
            stream.recv().await.unwrap().unwrap();
        }
    };
    runtime.block_on(many());
    measure(|| runtime.block_on(many())).count_total
}

/// How often [`MANY`] streams that are opened and ended allocate, on both sides together.
fn streams(wire: (Transport, UnaryTransport), hooks: &Hooks) -> u64 {
    streams_of(&pair(wire, hooks))
}

fn streams_of((runtime, client): &(Runtime, PeerClient)) -> u64 {
    let many = async || {
        for _ in 0..MANY {
            let mut stream = client.bidi().await.unwrap();
            stream.close_send().await.unwrap();
            assert!(stream.recv().await.unwrap().is_none());
        }
    };
    runtime.block_on(many());
    measure(|| runtime.block_on(many())).count_total
}

/// Two measurements of the same differ by buffers that happen to grow, never by one for each call.
fn same(one: u64, other: u64) -> bool {
    one.abs_diff(other) < MANY / 2
}

#[test]
fn calls_without_stream_allocate_nothing_for_middleware_of_streams() {
    let of_streams = Hooks::new()
        .stream_middleware(call)
        .recv_middleware(recv)
        .send_middleware(send);
    let of_calls = Hooks::new().unary_middleware(call);
    for wire in WIRES {
        let none = calls(wire, &Hooks::new());
        let elsewhere = calls(wire, &of_streams);
        assert!(same(none, elsewhere), "{wire:?}: {none} {elsewhere}");
        // The measurement does see the allocations of middleware.
        let here = calls(wire, &of_calls);
        assert!(here > none + 2 * MANY, "{wire:?}: {none} {here}");
    }
}

#[test]
fn streams_allocate_nothing_for_middleware_of_calls_without_stream() {
    let of_calls = Hooks::new().unary_middleware(call);
    let of_streams = Hooks::new().stream_middleware(call);
    for wire in WIRES {
        let none = streams(wire, &Hooks::new());
        let elsewhere = streams(wire, &of_calls);
        assert!(same(none, elsewhere), "{wire:?}: {none} {elsewhere}");
        let here = streams(wire, &of_streams);
        assert!(here > none + 2 * MANY, "{wire:?}: {none} {here}");
    }
}

#[test]
fn messages_allocate_nothing_for_middleware_of_calls() {
    let of_calls = Hooks::new().middleware(call).stream_middleware(call);
    let of_messages = Hooks::new().recv_middleware(recv).send_middleware(send);
    for wire in WIRES {
        let none = messages(wire, &Hooks::new());
        let elsewhere = messages(wire, &of_calls);
        assert!(same(none, elsewhere), "{wire:?}: {none} {elsewhere}");
        let here = messages(wire, &of_messages);
        assert!(here > none + 4 * MANY, "{wire:?}: {none} {here}");
    }
}

/// Is told of everything, and keeps nothing.
struct Told;

impl Tracer for Told {}

/// Without a tracer, a message costs the test of one pointer. With one, it allocates nothing either.
#[test]
fn messages_allocate_nothing_for_a_tracer() {
    let traced = Hooks::new().tracer(Told);
    for wire in WIRES {
        let none = messages(wire, &Hooks::new());
        let told = messages(wire, &traced);
        assert!(same(none, told), "{wire:?}: {none} {told}");
    }
}

#[test]
fn calls_and_streams_allocate_for_a_tracer_only_if_there_is_one() {
    let traced = Hooks::new().tracer(Told);
    let of_messages = Hooks::new().recv_middleware(recv).send_middleware(send);
    for wire in WIRES {
        let none = calls(wire, &Hooks::new());
        // A client and a server with other hooks look for tracers, and find none.
        let elsewhere = calls(wire, &of_messages);
        assert!(same(none, elsewhere), "{wire:?}: {none} {elsewhere}");
        let here = calls(wire, &traced);
        assert!(here > none + 2 * MANY, "{wire:?}: {none} {here}");
        let none = streams(wire, &Hooks::new());
        let here = streams(wire, &traced);
        assert!(here > none + 2 * MANY, "{wire:?}: {none} {here}");
    }
}

#[test]
fn calls_and_streams_allocate_nothing_for_limits_of_a_server() {
    let many = 1_000_000;
    let adaptive = Adaptive::new().max(many).initial(many);
    let limit = CallLimit::new()
        .per_second(u32::MAX)
        .running(many)
        .adaptive(adaptive);
    for wire in WIRES {
        let limited = paired(wire, &Hooks::new(), Some(&limit));
        let (none, here) = (calls(wire, &Hooks::new()), calls_of(&limited));
        assert!(same(none, here), "{wire:?}: {none} {here}");
        let (none, here) = (streams(wire, &Hooks::new()), streams_of(&limited));
        assert!(same(none, here), "{wire:?}: {none} {here}");
    }
}

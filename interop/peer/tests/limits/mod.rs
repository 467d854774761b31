//! What clients see of a call that is one too many for its server: the table of `docs/limits.md`.

use serde_json::Value;

use crate::support::{Peer, Server, events, program};

const PAGE: &str = include_str!("../../../../docs/limits.md");

/// An error of a client: its class, its code and its text.
type Refusal = (String, i64, String);

/// The errors of eight calls at the same time, each text once.
fn refusals(client: Peer, server: &Server, wire: &str, scenario: &str) -> Vec<Refusal> {
    let flags = ["-proto", wire, "-scenario", scenario, "-parallel", "8"];
    let events = events(client, &server.address, &flags).expect("the program is built");
    let refused = events.iter().filter(|event| event["ev"] == "refused");
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let refusal = |event: &Value| {
        let code = event["code"].as_i64().unwrap_or_default();
        (text(&event["class"]), code, text(&event["text"]))
    };
    refused.map(refusal).collect()
}

/// Makes the calls of each client over each wire, all side by side, and looks at what they end with. No
/// client may help another through.
fn side_by_side(
    server: &Server,
    clients: &[Peer],
    wires: &[(&str, &str)],
    look: impl Fn(&str, Vec<Refusal>) + Sync,
) {
    std::thread::scope(|scope| {
        for client in clients {
            for (wire, scenario) in wires {
                let look = &look;
                scope.spawn(move || {
                    let of = format!("{client:?} over {wire}: {scenario}");
                    look(&of, refusals(*client, server, wire, scenario));
                });
            }
        }
    });
}

const BOTH: [Peer; 2] = [Peer::Kitex, Peer::Rust];

/// A row of the page, the wires that it is about, and the scenario that makes such calls.
struct Row {
    named: &'static str,
    wires: &'static [&'static str],
    scenario: &'static str,
    code: i64,
    /// The text of Kitex's client, up to the reason.
    text: &'static str,
}

const ROWS: &[Row] = &[
    Row {
        named: "Framed, Buffered, TTHeader with and without Framed, with Thrift or Protobuf",
        wires: &[
            "framed",
            "buffered",
            "ttheader-framed",
            "ttheader",
            "kitexpb",
        ],
        scenario: "limited-pp",
        code: 6,
        text: "remote or network error[remote]: request over limit: ",
    },
    Row {
        named: "TTHeader Streaming",
        wires: &["ttheader-streaming"],
        scenario: "limited",
        code: 12_001,
        text: "[ttstream error, code=12001] [client-side stream] biz error: rpc error: code = 8 desc = request over limit: ",
    },
    Row {
        named: "gRPC, streams of Thrift or Protobuf",
        wires: &["grpc-thrift", "grpc-pb"],
        scenario: "limited",
        code: 8,
        text: "rpc error: code = 8 desc = request over limit: ",
    },
    Row {
        named: "gRPC, calls with Thrift or Protobuf",
        wires: &["grpc-thrift", "grpc-pb"],
        scenario: "limited-pp",
        code: 8,
        text: "remote or network error: rpc error: code = 8 desc = request over limit: ",
    },
];

#[test]
fn a_kitex_client_sees_of_a_refused_call_what_the_page_says_on_every_wire() {
    if program("peer").is_none() {
        return;
    }
    for (limit, why) in [
        ("-qps", "request too frequent"),
        ("-running", "too many calls are running"),
    ] {
        let flags = ["-proto", "both", limit, "1"];
        let server = Server::start(Peer::Rust, &flags).expect("our own program");
        for row in ROWS {
            let line = format!("| {} | {} | `{}…` |", row.named, row.code, row.text);
            assert!(PAGE.contains(&line), "docs/limits.md lacks {line}");
            let wires: Vec<_> = row.wires.iter().map(|wire| (*wire, row.scenario)).collect();
            let expected = ("remote".to_owned(), row.code, format!("{}{why}", row.text));
            side_by_side(&server, &[Peer::Kitex], &wires, |of, seen| {
                assert_eq!(seen, std::slice::from_ref(&expected), "{of} with {limit}");
            });
        }
    }
}

/// The limiter of `WithQPSLimiter` looks at ping-pong messages only.
#[test]
fn a_kitex_server_with_a_limiter_of_calls_refuses_as_ours_where_it_refuses() {
    let Some(server) = Server::start(Peer::Kitex, &["-qps-limiter", "1"]) else {
        return;
    };
    let text = "remote or network error[remote]: request over limit: request too frequent";
    let refused = ("remote".to_owned(), 6, text.to_owned());
    let calls = [("framed", "limited-pp"), ("ttheader-framed", "limited-pp")];
    side_by_side(&server, &BOTH, &calls, |of, seen| {
        assert_eq!(seen, std::slice::from_ref(&refused), "{of}");
    });
    let streams = [
        ("ttheader-streaming", "limited"),
        ("grpc-thrift", "limited"),
        ("grpc-thrift", "limited-pp"),
    ];
    side_by_side(&server, &BOTH, &streams, |of, seen| {
        assert_eq!(seen, [], "{of}");
    });
}

/// With `WithLimit`, Kitex closes the connection of a ping-pong request that is one too many.
#[test]
fn a_kitex_server_with_limit_closes_the_connection_of_a_call_that_is_one_too_many() {
    // Of ten in a second, Kitex gives out one in each tenth of a second.
    let Some(server) = Server::start(Peer::Kitex, &["-max-qps", "10"]) else {
        return;
    };
    let calls = [("framed", "limited-pp"), ("ttheader-framed", "limited-pp")];
    side_by_side(&server, &BOTH, &calls, |of, seen| {
        assert!(!seen.is_empty(), "{of}");
        let lost = seen.iter().all(|(class, ..)| class == "transport");
        assert!(lost, "{of}: {seen:?}");
    });
}

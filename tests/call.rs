//! What somebody at a terminal sees of `streamgen call` and its companions: each file under `tests/call/` is a
//! session, as in `tests/cli/`. `[ADDR]` is a server of the echo example's service, whose handlers are
//! in `tests/call_server/`; `[TLSADDR]` is the same behind TLS, with the certificates in `[TMP]`, and `[MUTUAL]` asks for the client's, too; `[PBADDR]` is
//! the server of the pow example, whose descriptors are `[TMP]/pow.pb`, and `[PBTLS]` is that behind TLS; `[NOWHERE]` is an address where nobody
//! serves.
//!
//! After a wanted change: `STREAMGEN_BLESS=1 cargo test --features call --test call`, and review the diff.

mod call_server;
mod call_sessions;
#[cfg(unix)]
mod call_terminal;
#[cfg(unix)]
mod mock_server;
mod search_path;

use std::fs;
use std::io::{BufRead, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use call_server::{Handlers, serve, serve_protobuf, serve_protobuf_secured, serve_secured};
use call_sessions::replay_all;
use rcgen::{CertificateParams, Issuer, KeyPair};

#[tokio::test]
async fn sessions() {
    let certificates = certificates(Path::new(env!("CARGO_TARGET_TMPDIR")));
    let (chain, key) = &certificates.server;
    let places = vec![
        ("[ADDR]", serve(Handlers::default()).await),
        ("[TLSADDR]", serve_secured(chain, key, None).await),
        (
            "[MUTUAL]",
            serve_secured(chain, key, Some(&certificates.authority)).await,
        ),
        ("[PBADDR]", serve_protobuf().await),
        ("[PBTLS]", serve_protobuf_secured(chain, key).await),
        ("[NOWHERE]", "127.0.0.1:1".to_owned()),
        ("[TMP]", env!("CARGO_TARGET_TMPDIR").to_owned()),
    ];
    let descriptors = pow_example::stream_gen::FILE_DESCRIPTOR_SET;
    let set = Path::new(env!("CARGO_TARGET_TMPDIR")).join("pow.pb");
    fs::write(set, descriptors).expect("the folder is there");
    let replay = move || replay_all(Path::new("tests/call"), 4, &places);
    let replayed = tokio::task::spawn_blocking(replay).await;
    let failures = replayed.expect("no session panics");
    assert!(
        failures.is_empty(),
        "{failures}after a wanted change: STREAMGEN_BLESS=1"
    );
}

/// A response is printed when it comes, while standard input goes on; Ctrl-C cancels the stream at the
/// server.
#[cfg(unix)]
#[tokio::test]
async fn an_interrupted_call_is_cancelled_at_the_server() {
    for wire in ["ttheader-streaming", "grpc"] {
        let handlers = Handlers::default();
        let cancelled = Arc::clone(&handlers.cancelled);
        let address = serve(handlers).await;
        let talk = tokio::task::spawn_blocking(move || interrupt(&address, wire));
        assert_eq!(talk.await.expect("it does not panic"), Some(130), "{wire}");
        cancelled.notified().await;
    }
}

/// The requests in front of the one that does not fit are not all that should be sent.
#[tokio::test]
async fn a_request_that_does_not_fit_cancels_the_call_at_the_server() {
    for wire in ["ttheader-streaming", "grpc"] {
        let handlers = Handlers::default();
        let cancelled = Arc::clone(&handlers.cancelled);
        let address = serve(handlers).await;
        let talk = tokio::task::spawn_blocking(move || {
            let mut call = echo_over(wire, &address);
            let mut input = call.stdin.take().expect("it is piped");
            writeln!(input, r#"{{"message":"a"}}"#).expect("the tool reads");
            let mut output = BufReader::new(call.stdout.take().expect("it is piped"));
            assert_eq!(next_line(&mut output), "{\"message\":\"a\"}\n");
            writeln!(input, r#"{{"no such field":1}}"#).expect("the tool reads");
            call.wait().expect("the tool ends").code()
        });
        assert_eq!(talk.await.expect("it does not panic"), Some(2), "{wire}");
        cancelled.notified().await;
    }
}

/// Opens a stream over that wire, takes one response, and interrupts the tool. Returns its exit status.
#[cfg(unix)]
fn interrupt(address: &str, wire: &str) -> Option<i32> {
    let mut call = echo_over(wire, address);
    let mut input = call.stdin.take().expect("it is piped");
    let mut output = BufReader::new(call.stdout.take().expect("it is piped"));
    writeln!(input, r#"{{"message":"a"}}"#).expect("the tool reads");
    assert_eq!(next_line(&mut output), "{\"message\":\"a\"}\n");
    let kill = format!("kill -INT {}", call.id());
    let killed = Command::new("sh").args(["-c", &kill]).status();
    assert!(killed.expect("a shell runs").success());
    call.wait().expect("the tool ends").code()
}

/// Starts a call with a stream, which takes its requests from standard input.
fn echo_over(wire: &str, address: &str) -> Child {
    Command::new(env!("CARGO_BIN_EXE_streamgen"))
        .args(["call", "-idl", "idl-samples/echo.thrift"])
        .args(["-addr", address, "-transport", wire, "Echo"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the tool starts")
}

fn next_line(output: &mut impl BufRead) -> String {
    let mut line = String::new();
    output.read_line(&mut line).expect("the tool writes");
    line
}

/// Methods and members are completed, the history has earlier calls, and Ctrl-C ends a call but not the
/// session, whose exit status is that of the last call.
#[cfg(unix)]
#[tokio::test]
async fn a_user_at_a_terminal_types_calls() {
    let address = serve(Handlers::default()).await;
    let session = tokio::task::spawn_blocking(move || {
        let mut terminal = call_terminal::Terminal::start(&[
            "call",
            "-idl",
            "idl-samples/echo.thrift",
            "-addr",
            &address,
            "-metainfo",
            "TENANT=acme",
        ]);
        let answer = r#"{"message":"acme"}"#;
        let prompt = "TestService> ";
        terminal.wait(prompt);
        terminal.press("Pi\t");
        terminal.wait("PingPong");
        terminal.press(" {\"m\t");
        terminal.wait("\"message\":");
        terminal.press("\"who\"}\r");
        terminal.wait(answer);
        terminal.wait(prompt);
        const UP: &str = "\x1b[A";
        terminal.press(UP);
        terminal.wait("who");
        terminal.press("\r");
        terminal.wait(answer);
        terminal.wait(prompt);
        terminal.press("Echo\r");
        terminal.wait("KEcho> ");
        terminal.press("{\"message\":\"who\"}\r");
        terminal.wait(answer);
        terminal.wait("Echo> ");
        const CTRL_C: &str = "\x03";
        terminal.press(CTRL_C);
        terminal.wait("interrupted");
        terminal.wait(prompt);
        terminal.press("PingPong {\"message\":\"who\"}\r");
        terminal.wait(answer);
        terminal.wait(prompt);
        const CTRL_D: &str = "\x04";
        terminal.press(CTRL_D);
        terminal.end()
    });
    assert_eq!(session.await.expect("it does not panic"), Some(0));
}

/// Servers of `streamgen mock` answer, and end at Ctrl-C without an error.
#[cfg(unix)]
#[test]
fn mocks() {
    let shop = mock_server::start(
        "tests/mock/shop.thrift",
        &["-rules", "tests/mock/rules.toml"],
    );
    let proto = mock_server::start("idl-samples/sqrt.proto", &["-seed", "7"]);
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("mocks");
    certificates(&folder);
    let file = |name: &str| folder.join(name).display().to_string();
    let [authority, chain, key] = ["ca.pem", "server.pem", "server-key.pem"].map(file);
    let identity = ["-tls-cert", &chain, "-tls-key", &key];
    let secured = mock_server::start("tests/mock/shop.thrift", &identity);
    let mutual = [&identity[..], &["-tls-client-ca", &authority]].concat();
    let mutual = mock_server::start("tests/mock/shop.thrift", &mutual);
    let places = vec![
        ("[MOCKTLS]", secured.address.clone()),
        ("[MOCKMUTUAL]", mutual.address.clone()),
        ("[TMP]", folder.display().to_string()),
        ("[MOCKPROTO]", proto.address.clone()),
        ("[MOCK]", shop.address.clone()),
        ("[PROTO]", "../../idl-samples/sqrt.proto".to_owned()),
    ];
    let failures = replay_all(Path::new("tests/mock"), 3, &places);
    assert!(
        failures.is_empty(),
        "{failures}after a wanted change: STREAMGEN_BLESS=1"
    );
    assert_eq!(shop.interrupted(), Some(0));
    assert_eq!(proto.interrupted(), Some(0));
}

/// What a secured server needs.
struct Certificates {
    /// Chain and key, in PEM.
    server: (String, String),
    /// Who signs the certificates of clients, in PEM.
    authority: String,
}

/// An authority, whose certificate is the file `ca.pem` of the folder, and certificates of it for the server's
/// name and for a client.
fn certificates(folder: &Path) -> Certificates {
    fs::create_dir_all(folder).expect("a folder can be made");
    let written = |name: &str, text: String| {
        fs::write(folder.join(name), text).expect("the folder is there");
    };
    let key = || KeyPair::generate().expect("a key");
    let mut params = CertificateParams::new(Vec::new()).expect("no names");
    params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let authority_key = key();
    let authority = params.self_signed(&authority_key).expect("a certificate");
    written("ca.pem", authority.pem());
    let issuer = Issuer::new(params, authority_key);
    let server_key = key();
    let params = CertificateParams::new(vec!["127.0.0.1".to_owned()]).expect("an address");
    let server = params
        .signed_by(&server_key, &issuer)
        .expect("a certificate");
    let client_key = key();
    let params = CertificateParams::new(vec!["client".to_owned()]).expect("a name");
    let client = params
        .signed_by(&client_key, &issuer)
        .expect("a certificate");
    written("client.pem", client.pem());
    written("client-key.pem", client_key.serialize_pem());
    written("server.pem", server.pem());
    written("server-key.pem", server_key.serialize_pem());
    Certificates {
        authority: authority.pem(),
        server: (server.pem(), server_key.serialize_pem()),
    }
}

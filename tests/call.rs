//! What somebody at a terminal sees of `streamgen call` and its companions: each file under `tests/call/` is a
//! session, as in `tests/cli/`. `[ADDR]` is a server of the echo example's service, whose handlers are
//! below; `[NOWHERE]` is an address where nobody serves.
//!
//! After a wanted change: `STREAMGEN_BLESS=1 cargo test --features call --test call`, and review the diff.

mod search_path;

use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::{env, fs, future};

use echo_example::stream_gen::echo::test_service::{TestService, TestServiceServer};
use echo_example::stream_gen::echo::{Request, Response};
use streamgen_runtime::{
    BidiStreamingServer, BizStatusError, ClientStreamingServer, Context, Error, Result, Server,
    ServerStreamingServer,
};

use tokio::sync::Notify;

use search_path::search_path;

/// Says back what it is told, or fails as it is told.
#[derive(Default)]
struct Handlers {
    /// Told when a bidirectional stream has been cancelled.
    cancelled: Arc<Notify>,
}

/// What the text asks for.
async fn obey(cx: Option<&Context>, text: &str) -> Result<Response> {
    match text {
        "business" => {
            let error = BizStatusError::new(10001, "insufficient balance").extra("need", "5");
            Err(error.into())
        }
        "fail" => Err(Error::application("no luck")),
        "hang" => future::pending().await,
        "who" => {
            let tenant = cx.and_then(|cx| cx.metainfo("TENANT").map(str::to_owned));
            let message = tenant.unwrap_or_default().into();
            Ok(Response { message })
        }
        text => {
            let message = text.to_owned().into();
            Ok(Response { message })
        }
    }
}

impl TestService for Handlers {
    async fn ping_pong(&self, cx: Context, req: Request) -> Result<Response> {
        obey(Some(&cx), &req.message).await
    }

    async fn echo(
        &self,
        _: Context,
        mut stream: BidiStreamingServer<Request, Response>,
    ) -> Result<()> {
        loop {
            let received = stream.recv().await;
            if received.as_ref().is_err_and(Error::is_canceled) {
                self.cancelled.notify_one();
            }
            let Some(req) = received? else {
                return Ok(());
            };
            stream.send(obey(None, &req.message).await?).await?;
        }
    }

    async fn echo_client(
        &self,
        _: Context,
        mut stream: ClientStreamingServer<Request>,
    ) -> Result<Response> {
        let mut all = Vec::new();
        while let Some(req) = stream.recv().await? {
            all.push(req.message.to_string());
        }
        obey(None, &all.join("+")).await
    }

    async fn echo_server(
        &self,
        _: Context,
        req: Request,
        mut stream: ServerStreamingServer<Response>,
    ) -> Result<()> {
        for count in 1..=3 {
            let message = format!("{} {count}", req.message).into();
            stream.send(Response { message }).await?;
        }
        obey(None, &req.message).await.map(drop)
    }
}

/// A server, which ends with the test.
async fn serve(handlers: Handlers) -> String {
    let server = Server::builder().add_service(TestServiceServer::new(handlers));
    let server = server.bind("127.0.0.1:0").await.expect("a free port");
    let address = server.local_addr().expect("it is bound");
    tokio::spawn(server.serve());
    address.to_string()
}

#[tokio::test]
async fn sessions() {
    let address = serve(Handlers::default()).await;
    let replayed = tokio::task::spawn_blocking(move || replay_all(&address)).await;
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
    let handlers = Handlers::default();
    let cancelled = Arc::clone(&handlers.cancelled);
    let address = serve(handlers).await;
    let talk = tokio::task::spawn_blocking(move || {
        let mut call = Command::new(env!("CARGO_BIN_EXE_streamgen"))
            .args([
                "call",
                "-idl",
                "idl-samples/echo.thrift",
                "-addr",
                &address,
                "Echo",
            ])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the tool starts");
        let mut input = call.stdin.take().expect("it is piped");
        let mut output = BufReader::new(call.stdout.take().expect("it is piped"));
        writeln!(input, r#"{{"message":"a"}}"#).expect("the tool reads");
        let mut line = String::new();
        output.read_line(&mut line).expect("the tool writes");
        assert_eq!(line, "{\"message\":\"a\"}\n");
        let kill = format!("kill -INT {}", call.id());
        let killed = Command::new("sh").args(["-c", &kill]).status();
        assert!(killed.expect("a shell runs").success());
        call.wait().expect("the tool ends").code()
    });
    assert_eq!(talk.await.expect("it does not panic"), Some(130));
    cancelled.notified().await;
}

fn replay_all(address: &str) -> String {
    let folder = Path::new("tests/call");
    let entries = fs::read_dir(folder).expect("tests/call is there");
    let paths = entries.map(|entry| entry.expect("it can be read").path());
    let is_session = |path: &PathBuf| path.extension().is_some_and(|suffix| suffix == "txt");
    let mut sessions: Vec<_> = paths.filter(is_session).collect();
    sessions.sort();
    assert!(sessions.len() > 3, "where are the sessions?");
    let mut failures = String::new();
    for session in &sessions {
        let expected = fs::read_to_string(session).expect("a session is text");
        let found = replay(&expected, address);
        if found == expected {
            continue;
        }
        match env::var_os("STREAMGEN_BLESS") {
            Some(_) => fs::write(session, found).expect("a session can be written"),
            None => writeln!(failures, "--- {} printed:\n{found}", session.display())
                .expect("a string takes all"),
        }
    }
    failures
}

/// Runs the commands of a session and writes down what happens. Only lines that begin with `$ ` or `# `
/// are read of it: no response does.
fn replay(session: &str, address: &str) -> String {
    let mut out = String::new();
    for line in session.lines() {
        if line.starts_with("# ") {
            let _ = writeln!(out, "{line}");
        } else if let Some(command) = line.strip_prefix("$ ") {
            let _ = writeln!(out, "$ {command}\n{}", run(command, address));
        }
    }
    out.truncate(out.trim_end().len());
    out + "\n"
}

fn run(command: &str, address: &str) -> String {
    let command = command
        .replace("[ADDR]", address)
        .replace("[NOWHERE]", "127.0.0.1:1");
    let output = Command::new("sh")
        .args(["-c", &command])
        .current_dir("tests/call")
        .env("PATH", search_path())
        .env("NO_COLOR", "1")
        .output()
        .expect("a shell runs");
    let status = output.status.code().expect("no command is killed");
    let text = [output.stdout, output.stderr].concat();
    let text = String::from_utf8_lossy(&text).replace(address, "[ADDR]");
    format!("{text}[exit status {status}]\n")
}

//! Calls and streams through the gateway, and what the service is told when a browser's tab closes.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use echo_example::stream_gen::echo::test_service::{TestService, TestServiceServer};
use echo_example::stream_gen::echo::{Request, Response};
use gateway_example::routes;
use streamgen_dynamic::Provider;
use streamgen_dynamic::client::JsonClient;
use streamgen_runtime::client::Channel;
use streamgen_runtime::{
    BidiStreamingServer, ClientStreamingServer, Context, Error, Result, Server,
    ServerStreamingServer,
};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::process::Command;
use tokio::sync::mpsc;
use tokio::time::{sleep, timeout};

/// How long anything may take on a busy machine.
const LIMIT: Duration = Duration::from_secs(60);

/// The service: its stream of responses has no end, and it tells when a call begins and is cancelled.
struct Endless {
    told: mpsc::UnboundedSender<String>,
}

impl TestService for Endless {
    async fn ping_pong(&self, _cx: Context, req: Request) -> Result<Response> {
        Ok(Response {
            message: req.message,
        })
    }

    async fn echo(&self, _cx: Context, _: BidiStreamingServer<Request, Response>) -> Result<()> {
        Err(Error::application("not here"))
    }

    async fn echo_client(
        &self,
        _cx: Context,
        _: ClientStreamingServer<Request>,
    ) -> Result<Response> {
        Err(Error::application("not here"))
    }

    async fn echo_server(
        &self,
        _cx: Context,
        req: Request,
        mut stream: ServerStreamingServer<Response>,
    ) -> Result<()> {
        if &*req.message == "fail" {
            return Err(Error::application("no such feed"));
        }
        let _ = self.told.send(format!("{} begins", req.message));
        loop {
            let message = req.message.clone();
            if let Err(error) = stream.send(Response { message }).await {
                let _ = self.told.send(format!("{} is cancelled", req.message));
                return Err(error);
            }
            sleep(Duration::from_millis(5)).await;
        }
    }
}

/// A gateway and its service: the gateway's address, and what the service tells.
async fn gateway() -> (String, mpsc::UnboundedReceiver<String>) {
    let (told, seen) = mpsc::unbounded_channel();
    let service = TestServiceServer::new(Endless { told });
    let server = Server::builder().add_service(service).bind("127.0.0.1:0");
    let server = server.await.expect("a free port");
    let upstream = server.local_addr().expect("it is bound");
    tokio::spawn(server.serve());

    let idl = concat!(env!("CARGO_MANIFEST_DIR"), "/../../idl-samples/echo.thrift");
    let schema = Provider::file(idl).load().expect("the IDL is right");
    let channel = Channel::builder("echo")
        .address(upstream.to_string())
        .build();
    let service = schema.service("TestService").expect("it is there");
    let client = JsonClient::new(&service, channel.expect("it has an address"));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("it is bound");
    let routes = routes(client.expect("there are few services"));
    tokio::spawn(axum::serve(listener, routes).into_future());
    (address.to_string(), seen)
}

/// Sends a request and reads until the text stands in the response.
async fn ask(address: &str, request: &str, until: &str) -> (TcpStream, String) {
    let mut stream = TcpStream::connect(address).await.expect("it listens");
    let sent = stream.write_all(request.as_bytes()).await;
    sent.expect("it reads");
    let mut answer = Vec::new();
    while !String::from_utf8_lossy(&answer).contains(until) {
        let mut part = [0; 4096];
        let read = timeout(LIMIT, stream.read(&mut part)).await;
        let read = read.expect("it answers").expect("it goes on");
        let told = String::from_utf8_lossy(&answer);
        assert!(read > 0, "it ended without {until:?}: {told}");
        answer.extend_from_slice(&part[..read]);
    }
    (stream, String::from_utf8_lossy(&answer).into_owned())
}

async fn next(told: &mut mpsc::UnboundedReceiver<String>) -> String {
    let next = timeout(LIMIT, told.recv()).await;
    next.expect("the service tells").expect("it runs")
}

fn get(path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n")
}

fn post(path: &str, body: &str) -> String {
    let length = body.len();
    format!("POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {length}\r\n\r\n{body}")
}

#[tokio::test]
async fn a_call_is_json_there_and_back() {
    let (address, _) = gateway().await;
    let json = r#"{"message":"hi"}"#;
    let (_, answer) = ask(&address, &post("/PingPong", json), json).await;
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    let wrong = post("/PingPong", r#"{"message":5}"#);
    let (_, answer) = ask(&address, &wrong, "expected string, found the number 5").await;
    assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
    let (_, answer) = ask(&address, &post("/PingPung", json), "did you mean").await;
    assert!(answer.starts_with("HTTP/1.1 404 "), "{answer}");
}

#[tokio::test]
async fn a_stream_that_fails_is_an_event() {
    let (address, _) = gateway().await;
    let request = get("/EchoServer?json=%7B%22message%22:%22fail%22%7D");
    let (_, answer) = ask(&address, &request, "event: failed\n").await;
    assert!(answer.contains("text/event-stream"), "{answer}");
}

#[tokio::test]
async fn a_reader_that_hangs_up_cancels_the_call_of_the_service() {
    let (address, mut told) = gateway().await;
    let request = get("/EchoServer?json=%7B%22message%22:%22tick%22%7D");
    let event = "data: {\"message\":\"tick\"}\n\n";
    let (reader, _) = ask(&address, &request, event).await;
    assert_eq!(next(&mut told).await, "tick begins");
    drop(reader);
    assert_eq!(next(&mut told).await, "tick is cancelled");
}

/// The browser, if there is one.
fn chromium() -> Option<PathBuf> {
    let names = ["chromium", "chromium-browser", "google-chrome"];
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut found = std::env::split_paths(&path)
        .flat_map(|folder| names.map(|name| folder.join(name)))
        .filter(|program| program.is_file());
    found.next()
}

/// A tab shows the page, which listens; then the tab closes.
#[tokio::test]
async fn a_tab_that_closes_cancels_the_call_of_the_service() {
    let Some(program) = chromium() else {
        // Past the test harness, which would keep the line of a passing test to itself.
        let line = b"skipped: Chromium is missing, so no browser's tab was closed\n";
        let _ = std::io::stderr().write_all(line);
        return;
    };
    let (address, mut told) = gateway().await;
    let profile = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("profile");
    let _ = std::fs::remove_dir_all(&profile);
    let mut browser = Command::new(program)
        .args([
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--no-first-run",
        ])
        .arg(format!("--user-data-dir={}", profile.display()))
        .args([
            "--remote-debugging-port=0",
            &format!("http://{address}/#listen"),
        ])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .expect("the browser starts");
    assert_eq!(next(&mut told).await, "hi begins");
    close_tab(&profile).await;
    assert_eq!(next(&mut told).await, "hi is cancelled");
    browser.kill().await.expect("the browser ends");
}

/// The address of the browser's interface for tools. The browser may show a page before it has written the file
/// with the port, whose second line is a path.
async fn tools(file: &std::path::Path) -> String {
    loop {
        let text = std::fs::read_to_string(file).unwrap_or_default();
        if let Some((port, _)) = text.split_once('\n') {
            return format!("127.0.0.1:{port}");
        }
        sleep(Duration::from_millis(20)).await;
    }
}

/// Closes the tab by the browser's own interface for tools: HTTP on the port that its profile names.
async fn close_tab(profile: &std::path::Path) {
    let address = timeout(LIMIT, tools(&profile.join("DevToolsActivePort"))).await;
    let address = address.expect("the browser names its port");
    let (_, tabs) = ask(&address, &get("/json/list"), "\"webSocketDebuggerUrl\"").await;
    let id = tabs.split("\"id\": \"").nth(1).expect("a tab");
    let id = id.split('"').next().expect("its id");
    ask(&address, &get(&format!("/json/close/{id}")), "is closing").await;
}

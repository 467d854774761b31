//! The programs of `examples/echo` and their twins on Kitex's StreamX code, in every
//! direction: all print the same.

#[path = "../../peer/tests/support/kitex.rs"]
mod kitex;

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// What a client prints when the server answers as the StreamX guide does.
const GUIDE: &str = "\
PingPong: hello
Echo: client, 0
Echo: client, 1
Echo: client, 2
Echo: end
EchoClient: hello, 2
EchoServer: hello
EchoServer: hello
EchoServer: hello
EchoServer: end
";

/// The same with the answers of Kitex's `thrift_streaming` example.
const THRIFT_STREAMING: &str = "\
PingPong: hello
Echo: server, 0
Echo: server, 1
Echo: server, 2
Echo: end
EchoClient: echoClient
EchoServer: server, 0
EchoServer: server, 1
EchoServer: server, 2
EchoServer: end
";

struct Server {
    process: Child,
    address: String,
}

impl Server {
    fn start(program: &Path, flags: &[&str]) -> Self {
        let mut command = Command::new(program);
        command.args(["-addr", "127.0.0.1:0"]).args(flags);
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

fn call(program: &Path, server: &Server, flags: &[&str]) -> String {
    let mut command = Command::new(program);
    let output = command
        .args(["-addr", &server.address])
        .args(flags)
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    String::from_utf8(output.stdout).unwrap()
}

fn rust(name: &str) -> PathBuf {
    match name {
        "server" => env!("CARGO_BIN_EXE_interop-echo-server").into(),
        _ => env!("CARGO_BIN_EXE_interop-echo-client").into(),
    }
}

#[test]
fn rust_calls_rust() {
    let server = Server::start(&rust("server"), &[]);
    assert_eq!(call(&rust("client"), &server, &[]), GUIDE);
}

#[test]
fn kitex_calls_rust() {
    let Some(client) = kitex::program("streamx-echo-client") else {
        return;
    };
    let server = Server::start(&rust("server"), &[]);
    // Ping-pong over Framed, and over TTHeader as the `thrift_streaming` example does.
    assert_eq!(call(&client, &server, &[]), GUIDE);
    assert_eq!(call(&client, &server, &["-ttheader"]), GUIDE);
}

#[test]
fn rust_calls_kitex() {
    let Some(program) = kitex::program("streamx-echo-server") else {
        return;
    };
    for (like, expected) in [("streamx", GUIDE), ("thrift_streaming", THRIFT_STREAMING)] {
        let server = Server::start(&program, &["-like", like]);
        assert_eq!(
            call(&rust("client"), &server, &[]),
            expected,
            "-like {like}"
        );
    }
}

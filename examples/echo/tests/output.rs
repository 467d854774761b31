//! The programs print all four calls, in the words of their Go twins.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

const CALLS: [&str; 10] = [
    "PingPong: hello",
    "Echo: client, 0",
    "Echo: client, 1",
    "Echo: client, 2",
    "Echo: end",
    "EchoClient: hello, 2",
    "EchoServer: hello",
    "EchoServer: hello",
    "EchoServer: hello",
    "EchoServer: end",
];

/// What a program prints of what its client receives.
fn printed(program: &mut Command) -> Vec<String> {
    let output = program.output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    let printed = String::from_utf8(output.stdout).unwrap();
    let by_client = printed.lines().filter(|line| !line.starts_with("server:"));
    by_client.map(str::to_owned).collect()
}

/// A running program, stopped when dropped.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn every_call_is_printed() {
    let mut program = Command::new(env!("CARGO_BIN_EXE_echo-example"));
    assert_eq!(printed(&mut program), CALLS);
}

#[test]
fn server_and_client_are_programs_of_their_own_too() {
    let mut server = Command::new(env!("CARGO_BIN_EXE_echo-server"));
    let server = server
        .args(["-addr", "127.0.0.1:0"])
        .stdout(Stdio::piped())
        .spawn();
    let mut server = Running(server.unwrap());
    let mut lines = BufReader::new(server.0.stdout.take().unwrap()).lines();
    let first = lines.next().unwrap().unwrap();
    let address = first.strip_prefix("listening on ").unwrap();
    // Whoever is not read stops writing.
    std::thread::spawn(move || lines.for_each(drop));
    let mut client = Command::new(env!("CARGO_BIN_EXE_echo-client"));
    assert_eq!(printed(client.args(["-addr", address])), CALLS);
}

//! The program prints all four calls, in the words of its Go twin. Its halves, a server and a client
//! alone, are put against that twin by `interop/echo`.

use std::process::Command;

#[test]
fn every_call_is_printed() {
    let output = Command::new(env!("CARGO_BIN_EXE_echo-example"))
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let printed = String::from_utf8(output.stdout).unwrap();
    let by_client: Vec<_> = printed
        .lines()
        .filter(|line| !line.starts_with("server:"))
        .collect();
    assert_eq!(
        by_client,
        [
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
        ]
    );
}

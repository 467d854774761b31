//! The program prints all four calls.

use std::process::Command;

#[test]
fn every_call_is_printed() {
    let output = Command::new(env!("CARGO_BIN_EXE_api-example"))
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let printed = String::from_utf8(output.stdout).unwrap();
    let printed: Vec<_> = printed.lines().collect();
    assert_eq!(
        printed,
        [
            "Echo: one",
            "Echo: two",
            "Echo: three",
            "EchoClient: one two three",
            "EchoServer: one",
            "EchoServer: two",
            "EchoServer: three",
            "EchoPingPong: hello",
        ]
    );
}

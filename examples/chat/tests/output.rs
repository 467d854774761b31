//! The client reads five tokens, and the server stops at the fifth instead of thinking for an hour.

use std::process::Command;

#[test]
fn the_server_sees_the_cancel_at_once() {
    let output = Command::new(env!("CARGO_BIN_EXE_chat-example"))
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let printed = String::from_utf8(output.stdout).unwrap();
    let of_one_call = [
        "token 0: A",
        "token 1: stream",
        "token 2: carries",
        "token 3: many",
        "token 4: messages",
        "client: stopped",
        "server: stopped after 5 tokens",
    ];
    let (asked, called): (Vec<_>, Vec<_>) = printed
        .lines()
        .partition(|line| line.starts_with("server: asked"));
    assert_eq!(called, [of_one_call, of_one_call].concat());
    let asked_over = |protocol: &str| format!("server: asked: What is a stream? ({protocol})");
    assert_eq!(asked, [asked_over("GRPC"), asked_over("TTHeaderStreaming")]);
}

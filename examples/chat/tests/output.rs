//! The client reads five tokens, and the server stops at the fifth instead of thinking for an hour.

#[path = "../../../tests/printed/mod.rs"]
mod printed;

#[test]
fn the_server_sees_the_cancel_at_once() {
    let printed = printed::lines(env!("CARGO_BIN_EXE_chat-example"));
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
        .iter()
        .map(String::as_str)
        .partition(|line| line.starts_with("server: asked"));
    assert_eq!(called, [of_one_call, of_one_call].concat());
    let asked_over = |protocol: &str| format!("server: asked: What is a stream? ({protocol})");
    assert_eq!(asked, [asked_over("GRPC"), asked_over("TTHeaderStreaming")]);
}

//! The program prints all four calls, in the words of its Go twin. Its halves, a server and a client
//! alone, are put against that twin by `interop/echo`.

#[path = "../../../tests/printed/mod.rs"]
mod printed;

#[test]
fn every_call_is_printed() {
    let printed = printed::lines(env!("CARGO_BIN_EXE_echo-example"));
    let by_client: Vec<_> = printed
        .iter()
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

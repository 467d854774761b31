//! The program prints all four calls.

#[path = "../../../tests/printed/mod.rs"]
mod printed;

#[test]
fn every_call_is_printed() {
    let printed = printed::lines(env!("CARGO_BIN_EXE_api-example"));
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

//! The program prints what the tutorial's client prints.

#[path = "../../../tests/printed/mod.rs"]
mod printed;

#[test]
fn ten_roots_and_the_end() {
    let printed = printed::lines(env!("CARGO_BIN_EXE_sqrt-example"));
    let by_client: Vec<_> = printed
        .iter()
        .filter(|line| !line.starts_with("server: "))
        .collect();
    assert_eq!(
        by_client,
        [
            "received 0",
            "received 1",
            "received 1.4142135623730951",
            "received 1.7320508075688772",
            "received 2",
            "received 2.23606797749979",
            "received 2.449489742783178",
            "received 2.6457513110645907",
            "received 2.8284271247461903",
            "received 3",
            "server closed",
        ]
    );
}

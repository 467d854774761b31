//! The program prints what the tutorial's client prints.

#[path = "../../../tests/printed/mod.rs"]
mod printed;

#[test]
fn ten_powers_and_the_end() {
    let printed = printed::lines(env!("CARGO_BIN_EXE_pow-example"));
    let by_client: Vec<_> = printed
        .iter()
        .filter(|line| !line.starts_with("server: "))
        .collect();
    assert_eq!(
        by_client,
        [
            "received 1",
            "received 2",
            "received 4",
            "received 8",
            "received 16",
            "received 32",
            "received 64",
            "received 128",
            "received 256",
            "received 512",
            "server closed",
        ]
    );
}

//! The program prints what the tutorial's client prints.

#[path = "../../../tests/printed/mod.rs"]
mod printed;

#[test]
fn one_sum() {
    let printed = printed::lines(env!("CARGO_BIN_EXE_sum-example"));
    let by_client: Vec<_> = printed
        .iter()
        .filter(|line| !line.starts_with("server: "))
        .collect();
    assert_eq!(by_client, ["sum: 45",]);
}

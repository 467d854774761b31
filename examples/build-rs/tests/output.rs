//! The program prints what its server answers.

#[path = "../../../tests/printed/mod.rs"]
mod printed;

#[test]
fn every_answer_is_printed() {
    let printed = printed::lines(env!("CARGO_BIN_EXE_build-rs-example"));
    assert_eq!(
        printed,
        [
            "2 tea: 500 cents",
            "1 tea: 250 cents",
            "1 cake: 420 cents",
            "cakes left: 2",
            "cakes left: 1",
            "cakes left: 0",
        ]
    );
}

//! The program prints what its server answers.

use std::process::Command;

#[test]
fn every_answer_is_printed() {
    let output = Command::new(env!("CARGO_BIN_EXE_build-rs-example"))
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let printed = String::from_utf8(output.stdout).unwrap();
    assert_eq!(
        printed.lines().collect::<Vec<_>>(),
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

//! The program prints what the tutorial's client prints.

use std::process::Command;

#[test]
fn one_sum() {
    let output = Command::new(env!("CARGO_BIN_EXE_sum-example"))
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let printed = String::from_utf8(output.stdout).unwrap();
    let by_client: Vec<_> = printed
        .lines()
        .filter(|line| !line.starts_with("server: "))
        .collect();
    assert_eq!(by_client, ["sum: 45",]);
}

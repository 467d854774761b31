//! The program prints what the tutorial's client prints.

use std::process::Command;

#[test]
fn ten_powers_and_the_end() {
    let output = Command::new(env!("CARGO_BIN_EXE_pow-example"))
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

//! The short form of all attacks: each of them stays within its bounds.

use std::process::Command;

#[test]
fn every_attack_is_borne() {
    let output = Command::new(env!("CARGO_BIN_EXE_hostile"))
        .args(["all", "--short"])
        .output()
        .expect("it starts");
    let table = String::from_utf8_lossy(&output.stdout);
    println!("{table}");
    let complaints = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{table}{complaints}");
    // On a system without /proc, nothing can be measured.
    if !table.starts_with("skipped: ") {
        assert!(table.contains("| ok |"), "no attack ran: {table}");
    }
}

#[test]
fn a_wrong_name_is_one_message() {
    let output = Command::new(env!("CARGO_BIN_EXE_hostile"))
        .args(["no-such-attack", "--short"])
        .output()
        .expect("it starts");
    assert_eq!(output.status.code(), Some(2));
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(
        complaint
            .starts_with(r#"hostile: no attack's name begins with "no-such-attack"; see `list`"#),
        "{complaint}"
    );
}

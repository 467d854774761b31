//! Colours are for terminals, and nobody gets them who has set `NO_COLOR`.

use std::process::Command;

/// What the tool prints about a bad IDL into a pipe, with these variables set.
fn printed(variables: &[(&str, &str)]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_streamgen"))
        .args(["-module", "m", "-out", env!("CARGO_TARGET_TMPDIR")])
        .arg("tests/idl-fail/unknown-type.thrift")
        .env_remove("NO_COLOR")
        .env_remove("CLICOLOR_FORCE")
        .envs(variables.iter().copied())
        .output()
        .expect("the tool runs");
    String::from_utf8(output.stderr).expect("messages are text")
}

#[test]
fn a_pipe_gets_no_escape_codes_and_no_color_is_honoured() {
    let forced = printed(&[("CLICOLOR_FORCE", "1")]);
    assert!(forced.contains("\u{1b}["), "{forced}");
    for plain in [
        printed(&[]),
        printed(&[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]),
    ] {
        assert!(plain.contains("error[SG0022]"), "{plain}");
        assert!(!plain.contains('\u{1b}'), "{plain}");
    }
}

//! The message of a test that cannot run on this machine.

use std::io::Write as _;

/// Prints in one line that `what` is missing. The line bypasses the test harness, which hides the
/// output of passing tests. Fails where the environment requires the interop tests.
pub(crate) fn skip(what: &str) {
    assert!(
        std::env::var_os("STREAMGEN_REQUIRE_INTEROP").is_none(),
        "{what}, and STREAMGEN_REQUIRE_INTEROP demands it"
    );
    let line = format!("skipped: {what}\n");
    let _ = std::io::stderr().write_all(line.as_bytes());
}

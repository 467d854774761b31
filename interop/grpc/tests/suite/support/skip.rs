//! What a test says that cannot run here.

use std::io::Write as _;

/// Says in one line that `what` is missing, past the test harness, which would keep the line of a
/// passing test to itself. Fails where interop is required.
pub(crate) fn skip(what: &str) {
    assert!(
        std::env::var_os("STREAMGEN_REQUIRE_INTEROP").is_none(),
        "{what}, and STREAMGEN_REQUIRE_INTEROP demands it"
    );
    let line = format!("skipped: {what}\n");
    let _ = std::io::stderr().write_all(line.as_bytes());
}

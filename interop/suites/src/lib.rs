//! What kitex-tests' suites of streams call: generated code of `interop/idl/suites`. The cases are in
//! `tests/suites`, their table is in `README.md`, and the Kitex peer is `interop/kitex/cmd/suites`. And what the
//! test programs share.

use std::time::Duration;

pub mod combine_gen;
pub mod guide_gen;
pub mod guide_pb_gen;
pub mod old_gen;
pub mod suite_gen;
pub mod suite_pb_gen;

/// How long connecting to another process may take. Over gRPC it includes the server's SETTINGS, and on a busy
/// machine they come later than the default allows.
pub const CONNECTED: Duration = Duration::from_secs(20);

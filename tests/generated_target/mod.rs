//! Where tests let Cargo build generated code. They share what it depends on, which is most of the
//! work.

use std::path::Path;
use std::process::Command;

/// Cargo, to build into the folder that these tests share. Nobody debugs what is built here, or
/// builds it a second time. A test that added a setting, such as `RUSTFLAGS`, would build the
/// dependencies again for itself alone.
pub(crate) fn cargo() -> Command {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("generated-target");
    let mut cargo = Command::new(env!("CARGO"));
    cargo
        .env("CARGO_TARGET_DIR", target)
        .env("CARGO_INCREMENTAL", "0")
        .env("CARGO_PROFILE_DEV_DEBUG", "false");
    cargo
}

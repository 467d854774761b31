//! The `streamgen` command.

fn main() {}

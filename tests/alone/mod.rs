//! Work that two tests must not do at the same time, in one process or in two: both would write the
//! same files.

use std::fs::File;
use std::path::Path;

use fd_lock::RwLock;

/// Does `work` while no other test does what has the same name in the same folder, which is a
/// package's `CARGO_TARGET_TMPDIR`.
pub(crate) fn alone<T>(folder: &str, name: &str, work: impl FnOnce() -> T) -> T {
    let path = Path::new(folder).join(format!("{name}.lock"));
    let file = File::create(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut lock = RwLock::new(file);
    let _held = lock.write().expect("a lock can be waited for");
    work()
}

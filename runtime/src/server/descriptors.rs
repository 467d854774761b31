//! How many connections a server takes by default.

/// The most connections of a server that was told no number.
///
/// A server that runs out of descriptors cannot accept anybody, and its handlers can open no file and
/// dial no other service. So the connections get three quarters of what the process may open, and
/// everything else gets the rest.
#[cfg(unix)]
pub(super) fn max_connections() -> usize {
    let limit = rustix::process::getrlimit(rustix::process::Resource::Nofile);
    share(limit.current)
}

/// The most connections of a server that was told no number. Windows has no such limit for a process;
/// the number keeps the idle connections of strangers below a gigabyte.
#[cfg(not(unix))]
pub(super) fn max_connections() -> usize {
    65_536
}

/// The part of `limit` that connections get; `None`: the system sets no limit.
#[cfg(unix)]
fn share(limit: Option<u64>) -> usize {
    let connections = limit.map(|limit| (limit - limit / 4).max(1));
    let connections = connections.map(usize::try_from);
    connections.and_then(Result::ok).unwrap_or(usize::MAX)
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn connections_get_three_quarters_of_what_there_is() {
        let limits = [Some(1024), Some(1_048_576), Some(3), Some(0), None];
        let shares = [768, 786_432, 3, 1, usize::MAX];
        assert_eq!(limits.map(share), shares);
    }
}

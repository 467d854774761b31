//! What one connection may hold of a memory.

/// What buffers that several messages share may hold beyond twice what waits; a bound of every wire
/// with queues.
const SHARED: usize = 16 * 1024 * 1024;
/// The least that is left beside it for messages: the largest one is then 512 KiB.
const LEAST: usize = 4 * 1024 * 1024;

/// What a connection that may hold `bytes` has left for messages, headers and output.
pub(super) fn spare_of(bytes: usize) -> usize {
    bytes.saturating_sub(SHARED).max(LEAST)
}

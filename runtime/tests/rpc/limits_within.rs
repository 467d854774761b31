//! Limits that are derived from a memory keep what they promise: the sums of `docs/limits.md`.

use streamgen_runtime::{GrpcLimits, Limits};

const MIB: usize = 1024 * 1024;
/// What shared buffers may hold beyond twice what waits.
const SHARED: usize = 16 * MIB;

fn shares() -> impl Iterator<Item = usize> {
    (20..200).map(|mib| mib * MIB).chain([1 << 30, 1 << 40])
}

#[test]
fn what_a_streaming_connection_holds_fits_its_share() {
    for share in shares() {
        let limits = Limits::within(share);
        let sum = 2 * limits.connection_queue
            + limits.connection_queue / 8
            + SHARED
            + limits.connection_headers
            + limits.max_frame as usize
            + limits.out_high_water;
        assert!(sum <= share, "{sum} of {share}: {limits:?}");
        assert!(limits.connection_queue > limits.max_frame as usize);
        assert!(limits.queue_pause >= Limits::MIN_QUEUE_PAUSE);
        assert!(limits.max_streams >= 500);
    }
}

#[test]
fn what_a_grpc_connection_holds_fits_its_share() {
    for share in shares() {
        let limits = GrpcLimits::within(share);
        let sum = 2 * limits.connection_window as usize
            + SHARED
            + limits.connection_headers
            + limits.connection_output
            // Requests of running calls.
            + limits.connection_window as usize / 2
            // What readers have at hand.
            + limits.connection_window as usize / 8;
        assert!(sum <= share, "{sum} of {share}: {limits:?}");
        assert!(limits.connection_window as usize > limits.max_message);
        assert!(limits.connection_output > limits.max_message);
        assert!(limits.connection_window as usize / 2 >= limits.max_message);
        // A stream begins with a window of 65,535 bytes (RFC 9113, 6.9.2).
        assert!(limits.stream_window > 65_535);
    }
}

#[test]
fn a_large_memory_gives_the_defaults_and_a_tiny_one_what_20_mib_give() {
    assert_eq!(Limits::within(1 << 40), Limits::default());
    assert_eq!(GrpcLimits::within(1 << 40), GrpcLimits::default());
    assert_eq!(Limits::within(0), Limits::within(20 * MIB));
    assert_eq!(GrpcLimits::within(0), GrpcLimits::within(20 * MIB));
}

/// The figures of the page for a container of 512 MiB.
#[test]
fn the_page_has_the_limits_of_a_small_container() {
    let share = 512 * MIB / 12;
    let (streams, grpc) = (Limits::within(share), GrpcLimits::within(share));
    let page = include_str!("../../../docs/limits.md");
    let mib = |bytes: usize| format!("{:.1} MiB", bytes as f64 / MIB as f64);
    let kib = |bytes: usize| format!("{} KiB", bytes / 1024);
    let rows = [
        (
            "`max_frame`, `max_message` of every wire",
            mib(grpc.max_message),
        ),
        (
            "`connection_queue`, `queue.max_bytes`, `connection_window`, `connection_output`",
            mib(streams.connection_queue),
        ),
        ("`connection_headers`", mib(grpc.connection_headers)),
        ("`max_header_list`", kib(grpc.max_header_list as usize)),
        ("`out_high_water`", kib(streams.out_high_water)),
        ("`stream_window`", kib(grpc.stream_window as usize)),
        ("`max_streams`", "3,413".to_owned()),
    ];
    for (limit, value) in rows {
        let row = format!("| {limit} | {value} |");
        assert!(page.contains(&row), "docs/limits.md lacks: {row}");
    }
    assert_eq!((streams.max_streams, grpc.max_streams), (3413, 3413));
    assert_eq!(streams.max_frame as usize, grpc.max_message);
    assert_eq!(streams.connection_queue, grpc.connection_window as usize);
    assert_eq!(grpc.connection_window as usize, grpc.connection_output);
}

//! Durations as Go prints them, because Kitex's timeout texts travel in RST (3.4).

use std::time::Duration;

/// `duration` in the form of Go's `time.Duration`: `1.5s`, `2m0s`, `250ms`, `3µs`, `0s`.
pub(super) fn go_duration(duration: Duration) -> String {
    let nanos = duration.as_nanos();
    match nanos {
        0 => "0s".to_owned(),
        1..1_000 => format!("{nanos}ns"),
        1_000..1_000_000 => format!("{}µs", decimal(nanos, 1_000)),
        1_000_000..1_000_000_000 => format!("{}ms", decimal(nanos, 1_000_000)),
        _ => clock(nanos),
    }
}

/// Hours, minutes and seconds, leading zero units left out.
fn clock(nanos: u128) -> String {
    const SECOND: u128 = 1_000_000_000;
    const MINUTE: u128 = 60 * SECOND;
    let seconds = decimal(nanos % MINUTE, SECOND);
    match (nanos / MINUTE / 60, nanos / MINUTE % 60) {
        (0, 0) => format!("{seconds}s"),
        (0, minutes) => format!("{minutes}m{seconds}s"),
        (hours, minutes) => format!("{hours}h{minutes}m{seconds}s"),
    }
}

/// `value / unit` with as many decimals as it needs. `unit` is a power of ten above 1.
fn decimal(value: u128, unit: u128) -> String {
    let (whole, fraction) = (value / unit, value % unit);
    if fraction == 0 {
        return whole.to_string();
    }
    let digits = unit.ilog10() as usize;
    format!("{whole}.{fraction:0digits$}")
        .trim_end_matches('0')
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_what_go_prints() {
        let cases = [
            (Duration::ZERO, "0s"),
            (Duration::from_nanos(7), "7ns"),
            (Duration::from_nanos(1_100), "1.1µs"),
            (Duration::from_micros(2_200), "2.2ms"),
            (Duration::from_millis(100), "100ms"),
            (Duration::from_millis(1_050), "1.05s"),
            (Duration::from_secs(60), "1m0s"),
            (Duration::from_millis(3_661_500), "1h1m1.5s"),
            (Duration::from_secs(7_200), "2h0m0s"),
        ];
        for (duration, text) in cases {
            assert_eq!(go_duration(duration), text);
        }
    }
}

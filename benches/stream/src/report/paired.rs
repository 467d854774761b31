//! The table of `paired`: two builds of one candidate, or two candidates.

use super::compare::{median, thousands};
use crate::driver::paired::{Pair, Reached};
use std::fmt::Write;

/// Prints one row for each cell; `other` is what the first of each two samples is called. Each pair of samples has a
/// ratio, and the row shows the median of these: if the machine becomes slower, it does so for both samples of a pair.
/// The last column leaves out the CPU of the kernel, which depends on how often the faster side of a stream sleeps
/// until the other goes on.
pub fn paired(pairs: &[Pair], other: &str) -> String {
    let mut out = format!(
        "| candidate | cell | {other}, msgs/s | now, msgs/s | now ÷ {other}, median [min..max] | CPU, now ÷ {other} | \
         outside the kernel |\n|---|---|---|---|---|---|---|\n",
    );
    for pair in pairs {
        let column =
            |of: fn(&(Reached, Reached)) -> f64| pair.reached.iter().map(of).collect::<Vec<_>>();
        let rate = |of| median(column(of)).map_or_else(|| "–".to_owned(), thousands);
        // Writing to a String cannot fail.
        let _ = writeln!(
            out,
            "| {} | {} {} B | {} | {} | {} | {} | {} |",
            pair.candidate,
            pair.workload,
            pair.size,
            rate(|(before, _)| before.rate),
            rate(|(_, now)| now.rate),
            ratio(column(|(before, now)| now.rate / before.rate)),
            ratio(column(|(before, now)| now.cpu / before.cpu)),
            ratio(column(|(before, now)| now.user / before.user)),
        );
    }
    out
}

fn ratio(ratios: Vec<f64>) -> String {
    let low = ratios.iter().copied().fold(f64::MAX, f64::min);
    let high = ratios.iter().copied().fold(0.0, f64::max);
    match median(ratios) {
        Some(median) => format!("{median:.2} [{low:.2}..{high:.2}]"),
        None => "–".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::paired;
    use crate::candidate::Candidate;
    use crate::driver::paired::{Pair, Reached};
    use crate::workload::Workload;

    /// The program and the kernel are all that the CPU works for.
    fn reached(rate: f64) -> Reached {
        Reached {
            rate,
            user: 0.5 / rate,
            cpu: 1.0 / rate,
        }
    }

    #[test]
    fn the_ratio_is_that_of_the_pairs() {
        let pair = Pair {
            candidate: Candidate::Streamgen,
            workload: Workload::Ss,
            size: 16,
            // The machine became twice as slow; the builds are equal.
            reached: [(2000.0, 2000.0), (1000.0, 1000.0), (1000.0, 1100.0)]
                .map(|(before, now)| (reached(before), reached(now)))
                .to_vec(),
        };
        let table = paired(&[pair], "before");
        let cpu = "1.00 [0.91..1.00]";
        let row = format!("| ss 16 B | 1,000 | 1,100 | 1.00 [1.00..1.10] | {cpu} | {cpu} |");
        assert!(table.contains(&row), "{table}");
    }
}

//! The tables of `compare`: rates, CPU per message, latency, and ratios to one candidate.

use crate::candidate::Candidate;
use crate::driver::compare::{Cell, Column};
use crate::driver::sample::Sample;
use std::time::Duration;

/// All tables; `base` is the candidate that the last one divides by the others.
pub fn compare(cells: &[Cell], base: Candidate) -> String {
    let Some(first) = cells.first() else {
        return String::new();
    };
    let names: Vec<Candidate> = first
        .columns
        .iter()
        .map(|column| column.candidate)
        .collect();
    [
        table("msgs/s, median [min..max]", &names, cells, rate),
        table("CPU per message, µs: server + client", &names, cells, cpu),
        table("p50 of a round trip, µs", &names, cells, p50),
        ratios(base, &names, cells),
    ]
    .join("\n")
}

fn table(
    title: &str,
    names: &[Candidate],
    cells: &[Cell],
    show: fn(&[Sample]) -> Option<String>,
) -> String {
    let rows = cells.iter().filter_map(|cell| {
        let shown: Vec<_> = cell
            .columns
            .iter()
            .map(|column| show(&column.samples))
            .collect();
        let any = shown.iter().any(Option::is_some);
        any.then(|| row(cell, shown))
    });
    head(title, names.iter().copied()) + &rows.collect::<String>()
}

/// `base` ÷ each other candidate, by median rate.
fn ratios(base: Candidate, names: &[Candidate], cells: &[Cell]) -> String {
    let others = || names.iter().copied().filter(|name| *name != base);
    let rows = cells.iter().map(|cell| {
        let own = median_rate(cell, base);
        let shown = others().map(|other| Some(format!("{:.2}", own? / median_rate(cell, other)?)));
        row(cell, shown.collect())
    });
    head(&format!("msgs/s, {base} ÷"), others()) + &rows.collect::<String>()
}

fn head(title: &str, names: impl Iterator<Item = Candidate>) -> String {
    let names: Vec<String> = names.map(|name| name.to_string()).collect();
    format!(
        "| {title} | {} |\n|---|{}\n",
        names.join(" | "),
        "---|".repeat(names.len())
    )
}

fn row(cell: &Cell, shown: Vec<Option<String>>) -> String {
    let shown: Vec<String> = shown
        .into_iter()
        .map(|text| text.unwrap_or_else(|| "–".to_owned()))
        .collect();
    format!(
        "| {} {} B | {} |\n",
        cell.workload,
        cell.size,
        shown.join(" | ")
    )
}

fn rate(samples: &[Sample]) -> Option<String> {
    let rates: Vec<f64> = samples.iter().map(|sample| sample.rate).collect();
    let (low, high) = rates
        .iter()
        .fold((f64::MAX, 0.0_f64), |(low, high), &rate| {
            (low.min(rate), high.max(rate))
        });
    let median = median(rates)?;
    Some(format!(
        "{} [{}..{}]",
        thousands(median),
        thousands(low),
        thousands(high)
    ))
}

fn cpu(samples: &[Sample]) -> Option<String> {
    let server = median_micros(samples, |sample| sample.server)?;
    let client = median_micros(samples, |sample| sample.client)?;
    Some(format!("{server:.2} + {client:.2}"))
}

fn p50(samples: &[Sample]) -> Option<String> {
    let p50 = median_micros(samples, |sample| sample.p50)?;
    (p50 > 0.0).then(|| format!("{p50:.0}"))
}

fn median_rate(cell: &Cell, candidate: Candidate) -> Option<f64> {
    let Column { samples, .. } = cell
        .columns
        .iter()
        .find(|column| column.candidate == candidate)?;
    median(samples.iter().map(|sample| sample.rate).collect())
}

fn median_micros(samples: &[Sample], time: fn(&Sample) -> Duration) -> Option<f64> {
    median(
        samples
            .iter()
            .map(|sample| time(sample).as_secs_f64() * 1e6)
            .collect(),
    )
}

/// The middle value, or the mean of the two in the middle.
pub(super) fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let upper = *values.get(values.len() / 2)?;
    let lower = *values.get((values.len() - 1) / 2)?;
    Some((lower + upper) / 2.0)
}

pub(super) fn thousands(value: f64) -> String {
    let digits = format!("{value:.0}");
    let mut out = String::new();
    for (index, digit) in digits.char_indices() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{median, thousands};

    #[test]
    fn median_is_the_middle() {
        assert_eq!(median(vec![3.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(vec![4.0, 1.0, 2.0, 3.0]), Some(2.5));
        assert_eq!(median(Vec::new()), None);
    }

    #[test]
    fn digits_are_grouped() {
        assert_eq!(thousands(7.0), "7");
        assert_eq!(thousands(123_456.4), "123,456");
        assert_eq!(thousands(1_234_567.0), "1,234,567");
    }
}

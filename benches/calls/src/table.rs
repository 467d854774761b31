//! A table with a row for each workload, and a column for what is governed.

use crate::workload::{Governed, Workload};

/// What is governed, in the order of the columns. The others are compared with the first one.
pub const COLUMNS: [Governed; 4] = [
    Governed::Nothing,
    Governed::Client,
    Governed::Server,
    Governed::Both,
];

/// Prints the names of the columns.
pub fn head(unit: &str) {
    let names = COLUMNS.map(Governed::name).join(" | ");
    println!("| {unit} | {names} |");
    println!("|{}", "---|".repeat(COLUMNS.len() + 1));
}

/// Prints the row of `workload`, with a value for each column.
pub fn row(workload: Workload, values: &[f64]) {
    let [base, others @ ..] = values else { return };
    let others = others.iter().map(|value| {
        let more = value - base;
        format!(" | {value:.0} ({more:+.0}, {:+.1} %)", 100.0 * more / base)
    });
    let others: String = others.collect();
    println!("| {} | {base:.0}{others} |", workload.name());
}

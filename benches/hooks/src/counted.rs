//! Instructions, counted by callgrind.

use std::env;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use clap::ValueEnum;

use crate::{Run, Shape, Wire};

/// Prints what calls and messages cost: as the program at `without` makes them, as this one does, and as this one
/// does with middleware.
///
/// # Errors
/// Valgrind cannot be run; a run fails.
pub(crate) fn table(without: &Path) -> Result<()> {
    let with = env::current_exe()?;
    println!("| instructions | no look | none registered | one Send and one Recv |");
    println!("|---|---|---|---|");
    for &wire in Wire::value_variants() {
        for &shape in Shape::value_variants() {
            for what in [What::Call, What::Message]
                .into_iter()
                .filter(|what| what.is_of(shape))
            {
                let run = |program, hooked| what.instructions(program, wire, shape, hooked);
                let base = run(without, false)?;
                let none = run(&with, false)?;
                let hooked = run(&with, true)?;
                let share = 100.0 * (none - base) / base;
                println!(
                    "| {wire:?} {shape:?}: {} | {base:.1} | {none:.1} ({:+.1}, {share:+.2} %) | {hooked:.1} |",
                    what.name(),
                    none - base,
                );
            }
        }
    }
    Ok(())
}

/// What has a row.
#[derive(Clone, Copy, PartialEq, Eq)]
enum What {
    /// A call; the stream of one without messages.
    Call,
    /// One more message of a stream: one each way, if both sides send.
    Message,
}

impl What {
    fn name(self) -> &'static str {
        match self {
            Self::Call => "a call",
            Self::Message => "a message",
        }
    }

    fn is_of(self, shape: Shape) -> bool {
        self == Self::Call || !shape.has_one_message()
    }

    /// What a run of many executes more than a run of few, for each. So what happens once in a run falls out.
    fn instructions(self, program: &Path, wire: Wire, shape: Shape, hooked: bool) -> Result<f64> {
        let (few, more) = match self {
            Self::Call => (200, 1_000),
            Self::Message => (1_000, 10_000),
        };
        let executed = |count: usize| {
            let (calls, messages) = match self {
                Self::Call => (count, usize::from(shape.has_one_message())),
                Self::Message => (1, count),
            };
            let run = Run {
                wire,
                shape,
                calls,
                messages,
                hooked,
            };
            executed(program, run)
        };
        Ok((executed(few + more)? - executed(few)?) / more as f64)
    }
}

/// The instructions of a run.
fn executed(program: &Path, run: Run) -> Result<f64> {
    let mut valgrind = Command::new("valgrind");
    valgrind
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(program)
        .args(run.arguments());
    let ran = valgrind.output().context("is valgrind installed?")?;
    let said = String::from_utf8_lossy(&ran.stderr);
    ensure!(ran.status.success(), "{said}");
    let mut lines = said.lines();
    let collected = lines.find_map(|line| line.split_once("Collected : "));
    let (_, collected) = collected.with_context(|| format!("no number: {said}"))?;
    Ok(collected.trim().parse()?)
}

impl Shape {
    fn has_one_message(self) -> bool {
        matches!(self, Self::Call | Self::Unary)
    }
}

impl Run {
    /// The command line that makes this program do it.
    fn arguments(self) -> Vec<String> {
        let word = |value: Option<clap::builder::PossibleValue>| {
            value.map_or_else(String::new, |value| value.get_name().to_owned())
        };
        let mut arguments = vec![
            "run".to_owned(),
            word(self.wire.to_possible_value()),
            word(self.shape.to_possible_value()),
            self.calls.to_string(),
            self.messages.to_string(),
        ];
        arguments.extend(self.hooked.then(|| "--hooked".to_owned()));
        arguments
    }
}

//! How each call with an id ended, for the `report` directive.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard};

use streamgen_runtime::{Error, ErrorKind};

/// How a call ended, or that it has not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    Running,
    Ok,
    Biz,
    Error,
    Canceled,
    Timeout,
    Panic,
    Unknown,
}

impl Outcome {
    /// The word of the contract.
    pub fn word(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Ok => "ok",
            Self::Biz => "biz",
            Self::Error => "error",
            Self::Canceled => "canceled",
            Self::Timeout => "timeout",
            Self::Panic => "panic",
            Self::Unknown => "unknown",
        }
    }

    /// How a handler that returned `error` ended.
    pub fn of(error: &Error) -> Self {
        match error.kind() {
            ErrorKind::BizStatus => Self::Biz,
            ErrorKind::Canceled => Self::Canceled,
            ErrorKind::Timeout => Self::Timeout,
            _ => Self::Error,
        }
    }
}

/// How many calls a server remembers with their outcome. A client asks for the outcome right after
/// its call, so the latest calls suffice; without a bound, the table would grow as long as the
/// server runs.
const KEPT: usize = 16_384;

/// The outcomes of the latest calls of a server, by call id.
#[derive(Debug, Default)]
pub struct Outcomes(Mutex<Table>);

#[derive(Debug, Default)]
struct Table {
    outcomes: HashMap<String, Outcome>,
    /// The ids of all calls in `outcomes`, the oldest first.
    ids: VecDeque<String>,
}

impl Outcomes {
    /// Records the state of a call; one without an id leaves no trace.
    pub fn set(&self, id: &str, outcome: Outcome) {
        if id.is_empty() {
            return;
        }
        let mut table = self.table();
        if table.outcomes.insert(id.to_owned(), outcome).is_some() {
            return;
        }
        table.ids.push_back(id.to_owned());
        if table.ids.len() > KEPT
            && let Some(oldest) = table.ids.pop_front()
        {
            table.outcomes.remove(&oldest);
        }
    }

    /// How the call `id` ended; unknown if more than [`KEPT`] calls have begun since that one.
    pub fn get(&self, id: &str) -> Outcome {
        let table = self.table();
        table.outcomes.get(id).copied().unwrap_or(Outcome::Unknown)
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        self.0.lock().unwrap_or_else(|poison| poison.into_inner())
    }
}

#[cfg(test)]
mod tests {
    use super::{KEPT, Outcome, Outcomes};

    #[test]
    fn the_latest_calls_are_known_and_no_others() {
        let outcomes = Outcomes::default();
        for call in 0..=KEPT {
            outcomes.set(&format!("1-{call}"), Outcome::Running);
            outcomes.set(&format!("1-{call}"), Outcome::Ok);
        }
        assert_eq!(outcomes.get("1-0"), Outcome::Unknown);
        assert_eq!(outcomes.get("1-1"), Outcome::Ok);
        assert_eq!(outcomes.get(&format!("1-{KEPT}")), Outcome::Ok);
        assert_eq!(outcomes.table().outcomes.len(), KEPT);
    }
}

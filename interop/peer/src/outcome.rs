//! How each call with an id ended, for the `report` directive.

use std::collections::HashMap;
use std::sync::Mutex;

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

/// The calls of a server by id.
#[derive(Debug, Default)]
pub struct Outcomes(Mutex<HashMap<String, Outcome>>);

impl Outcomes {
    /// Records the state of a call; one without an id leaves no trace.
    pub fn set(&self, id: &str, outcome: Outcome) {
        if !id.is_empty() {
            self.table().insert(id.to_owned(), outcome);
        }
    }

    pub fn get(&self, id: &str) -> Outcome {
        self.table().get(id).copied().unwrap_or(Outcome::Unknown)
    }

    fn table(&self) -> std::sync::MutexGuard<'_, HashMap<String, Outcome>> {
        self.0.lock().unwrap_or_else(|poison| poison.into_inner())
    }
}

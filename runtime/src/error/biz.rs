//! Business status: an answer of the handler that is an error to the caller, not to the system.

use std::collections::BTreeMap;
use std::fmt;

use faststr::FastStr;

/// A business error: arrives at any client, Go or Rust, as the same code, message and extra.
///
/// ```
/// use streamgen_runtime::BizStatusError;
///
/// let error = BizStatusError::new(10001, "insufficient balance").extra("account", "42");
/// assert_eq!(error.code(), 10001);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BizStatusError {
    code: i32,
    message: FastStr,
    extra: Option<BTreeMap<String, String>>,
}

impl BizStatusError {
    /// A business error without extra. A `code` of 0 means success on the wire: Kitex's client
    /// then sees no error at all (ttheader-streaming.md 2.4).
    #[must_use]
    pub fn new(code: i32, message: impl Into<FastStr>) -> Self {
        Self {
            code,
            message: message.into(),
            extra: None,
        }
    }

    /// Adds one pair to the extra map.
    #[must_use]
    pub fn extra(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.extra
            .get_or_insert_default()
            .insert(key.into(), value.into());
        self
    }

    /// Sets the whole extra map. `Some` of an empty map travels as `{}`, `None` not at all
    /// (statement 53).
    #[must_use]
    pub fn with_extra(mut self, extra: Option<BTreeMap<String, String>>) -> Self {
        self.extra = extra;
        self
    }

    /// The status, never interpreted by the runtime.
    #[must_use]
    pub fn code(&self) -> i32 {
        self.code
    }

    /// The message for the caller.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The extra map, if the handler gave one.
    #[must_use]
    pub fn extras(&self) -> Option<&BTreeMap<String, String>> {
        self.extra.as_ref()
    }
}

impl fmt::Display for BizStatusError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "biz error: code={}, message={}", self.code, self.message)?;
        match &self.extra {
            Some(extra) => write!(f, ", extra={extra:?}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for BizStatusError {}

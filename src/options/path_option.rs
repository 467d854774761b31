//! Options of the form `PATH=VALUE`: a pattern of IDL names, and what to do there.

use std::fmt;

use super::{IdlPath, InvalidIdlPath, UnknownChoice};

/// Takes an option that is written in this form apart: the pattern, and the value as it is typed.
///
/// # Errors
///
/// Fails when there is no `=`, or no pattern in front of it.
pub(super) fn split<'a>(
    text: &'a str,
    form: &str,
) -> Result<(IdlPath, &'a str), InvalidPathOption> {
    let (path, rest) = text
        .split_once('=')
        .ok_or_else(|| InvalidPathOption(format!("`{text}` is not of the form {form}")))?;
    let path = path
        .parse()
        .map_err(|error: InvalidIdlPath| InvalidPathOption(error.to_string()))?;
    Ok((path, rest))
}

/// A value for a part of the IDL that cannot be followed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidPathOption(String);

impl InvalidPathOption {
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }
}

impl From<UnknownChoice> for InvalidPathOption {
    fn from(error: UnknownChoice) -> Self {
        Self(error.to_string())
    }
}

impl fmt::Display for InvalidPathOption {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for InvalidPathOption {}

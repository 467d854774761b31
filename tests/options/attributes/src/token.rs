//! What `-skip-debug Token` leaves to the program.

use std::fmt;

use crate::stream_gen::samples::attributes::Token;

/// Logs must not show it.
impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Token({} bytes)", self.secret.len())
    }
}

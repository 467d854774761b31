//! Bytes of a file → text.

use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::source::{FileId, Span};

/// The text of a file.
pub(crate) struct Decoded {
    /// The text without a byte order mark; if the file is not UTF-8, the part before the offending
    /// byte.
    pub(crate) text: String,
    /// How many bytes of the file come before the text: those of the mark.
    pub(crate) skipped: usize,
    /// The offset in the file of the first byte that is not UTF-8.
    pub(crate) invalid_at: Option<usize>,
}

/// Reads bytes as UTF-8.
pub(crate) fn decode(mut bytes: Vec<u8>) -> Decoded {
    const BYTE_ORDER_MARK: &[u8] = "\u{FEFF}".as_bytes();
    let skipped = if bytes.starts_with(BYTE_ORDER_MARK) {
        BYTE_ORDER_MARK.len()
    } else {
        0
    };
    bytes.drain(..skipped);
    let (text, invalid_at) = match String::from_utf8(bytes) {
        Ok(text) => (text, None),
        Err(error) => {
            let valid = error.utf8_error().valid_up_to();
            let mut bytes = error.into_bytes();
            bytes.truncate(valid);
            let text = String::from_utf8(bytes).unwrap_or_default();
            (text, Some(skipped + valid))
        }
    };
    Decoded {
        text,
        skipped,
        invalid_at,
    }
}

/// Reports that offending byte; `at` is its offset in the text.
pub(crate) fn not_utf8(file: FileId, at: usize, offset: usize) -> Diagnostic {
    let span = Span::new(file, at as u32, at as u32);
    Diagnostic::new(
        Code::NotUtf8,
        format!("the file is not UTF-8: byte {offset} is not valid"),
    )
    .label(span, "")
    .help("save the file as UTF-8")
}

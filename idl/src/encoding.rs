//! Bytes of a file → text.

use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::source::{FileId, Span};

/// The text without a byte order mark; if it is not UTF-8, the part before the offending byte, and
/// that byte's offset in the file.
pub(crate) fn decode(mut bytes: Vec<u8>) -> (String, Option<usize>) {
    const BYTE_ORDER_MARK: &[u8] = "\u{FEFF}".as_bytes();
    let skipped = if bytes.starts_with(BYTE_ORDER_MARK) {
        BYTE_ORDER_MARK.len()
    } else {
        0
    };
    bytes.drain(..skipped);
    match String::from_utf8(bytes) {
        Ok(text) => (text, None),
        Err(error) => {
            let valid = error.utf8_error().valid_up_to();
            let mut bytes = error.into_bytes();
            bytes.truncate(valid);
            (
                String::from_utf8(bytes).unwrap_or_default(),
                Some(skipped + valid),
            )
        }
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

//! Descriptors as a constant of Rust.
//!
//! They are text like all that is generated, rather than a file of bytes beside it: so they can be
//! read, compared and reviewed, and checked for being up to date.

use std::ascii::escape_default;

use crate::layout::MAX_WIDTH;

const HEAD: &str = "\
/// A serialized `google.protobuf.FileDescriptorSet`: the IDL and all that it imports, imported files
/// first. Server reflection takes it.
pub const FILE_DESCRIPTOR_SET: &[u8] = b\"";

/// The constant.
pub(super) fn constant(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(HEAD.len() + bytes.len() * 3);
    text.push_str(HEAD);
    let mut width = MAX_WIDTH;
    for byte in bytes {
        let mut escaped: String = escape_default(*byte).map(char::from).collect();
        // One column is the backslash that ends the line.
        if width + escaped.len() >= MAX_WIDTH {
            text.push_str("\\\n");
            width = 0;
            // Blanks at the start of a line that was continued are not part of the string.
            if escaped == " " {
                "\\x20".clone_into(&mut escaped);
            }
        }
        width += escaped.len();
        text.push_str(&escaped);
    }
    text.push_str("\";");
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_never_too_long_and_begins_with_no_blank() {
        let text = constant(&[b' '; 250]);
        let lines: Vec<_> = text.lines().skip(3).collect();
        assert_eq!(lines.len(), 3);
        for line in lines {
            assert!(
                line.starts_with("\\x20 ") && line.len() <= MAX_WIDTH,
                "{line}"
            );
        }
    }

    #[test]
    fn bytes_that_are_no_text_are_escaped() {
        let text = constant(b"\n\x00\"\\a\xff");
        assert!(text.ends_with("b\"\\\n\\n\\x00\\\"\\\\a\\xff\";"), "{text}");
    }
}

//! Whether a file is as it was written.

use sha2::{Digest, Sha256};

/// The SHA-256 of a text with `\n` at the end of each line: Git may end lines otherwise in a working
/// tree.
pub(super) fn of(text: &str) -> String {
    let digest = Sha256::digest(text.as_bytes());
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What stands for a hash where nobody knows what was written.
pub(super) const UNKNOWN: &str = "";

#[cfg(test)]
mod tests {
    /// As `sha256sum` has it.
    #[test]
    fn the_hash_is_sha_256() {
        let expected = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";
        assert_eq!(super::of("hello"), expected);
    }
}

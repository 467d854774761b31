//! Modules of nested types that give way to a package.
//!
//! prost-build makes one name of a message into that of the type and that of the module for what is
//! nested in it: the message `B` of the package `a` has the type `a::B` and the module `a::b`, which is
//! that of the package `a.b` too. The package keeps it, because other files go by it. So prost-build
//! is told a name that nothing else has, and both names are put right in its text.

/// A message whose module has another name than prost-build would give it.
#[derive(Clone, Debug)]
pub(crate) struct Moved {
    /// The type and the module in prost-build's text.
    given: [String; 2],
    /// What they are called.
    own: [String; 2],
}

impl Moved {
    pub(super) fn new(given: [String; 2], own: [String; 2]) -> Self {
        Self { given, own }
    }

    /// The module.
    pub(super) fn module(&self) -> &str {
        &self.own[1]
    }
}

/// Puts the names right wherever they are whole words, in strings too.
pub(crate) fn restore(text: &str, moved: &[Moved]) -> String {
    let mut text = text.to_owned();
    for one in moved {
        for (given, own) in one.given.iter().zip(&one.own) {
            if text.contains(given.as_str()) {
                text = replace_word(&text, given, own);
            }
        }
    }
    text
}

fn replace_word(text: &str, word: &str, by: &str) -> String {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for (at, _) in text.match_indices(word) {
        let end = at + word.len();
        let whole = !text[..at].ends_with(is_part) && !text[end..].starts_with(is_part);
        out.push_str(&text[done..at]);
        out.push_str(if whole { by } else { word });
        done = end;
    }
    out.push_str(&text[done..]);
    out
}

#[cfg(test)]
mod tests {
    use super::replace_word;

    #[test]
    fn only_whole_words_are_replaced() {
        let text = "pub mod b_x { b_xx::b_x, \"super::b_x::E\" } ab_x b_x_";
        let expected = "pub mod b { b_xx::b, \"super::b::E\" } ab_x b_x_";
        assert_eq!(replace_word(text, "b_x", "b"), expected);
    }
}

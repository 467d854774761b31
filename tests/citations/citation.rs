//! Finds citations in prose and in the names of tests.

use std::fmt;

use super::files::Prose;
use super::spec::{Anchor, document_of, is_section};

const TTHEADER: &str = "ttheader-streaming";
const GRPC: &str = "grpc-and-pingpong";
const CASES: &str = "interop-cases";

/// A reference to something that `docs/spec` has to define.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Citation {
    pub(crate) document: String,
    pub(crate) anchor: Anchor,
}

impl Citation {
    pub(crate) fn new(document: &str, anchor: Anchor) -> Self {
        Self {
            document: document.to_owned(),
            anchor,
        }
    }
}

impl fmt::Display for Citation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.md {}", self.document, self.anchor)
    }
}

/// Which documents a file means when it names none.
#[derive(Clone, Copy)]
pub(crate) struct Home<'a> {
    statements: &'a str,
    /// `None`: a bare number is no citation.
    sections: Option<&'a str>,
}

impl<'a> Home<'a> {
    pub(crate) fn of(path: &'a str) -> Self {
        let says_grpc =
            |part: &str| part == "grpc" || part.starts_with("grpc_") || part == "grpc.rs";
        let (statements, sections) = match document_of(path) {
            Some(document) => (document, Some(document)),
            None if path.split('/').any(says_grpc) => (GRPC, None),
            None => (TTHEADER, path.starts_with("runtime/").then_some(TTHEADER)),
        };
        Self {
            statements,
            sections,
        }
    }
}

/// What the numbers of a list are.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Section,
    Statement,
    Trap,
}

impl Kind {
    fn of(word: &str) -> Option<Self> {
        match word.to_lowercase().as_str() {
            "section" | "sections" | "spec" | "defect" | "defects" => Some(Self::Section),
            "statement" | "statements" | "checklist" => Some(Self::Statement),
            "trap" | "traps" => Some(Self::Trap),
            _ => None,
        }
    }

    /// The document that is meant if none is named.
    fn document<'a>(self, home: Home<'a>) -> Option<&'a str> {
        match self {
            Self::Section => home.sections,
            Self::Statement => Some(home.statements),
            Self::Trap => Some(CASES),
        }
    }

    /// What `word` refers to; empty if it is no reference.
    fn anchors(self, word: &str) -> Vec<Anchor> {
        let ends: Vec<u32> = word.split('–').filter_map(|end| end.parse().ok()).collect();
        match (self, ends.as_slice()) {
            (Self::Statement, [one]) => vec![Anchor::Statement(*one)],
            (Self::Statement, [first, last]) => (*first..=*last).map(Anchor::Statement).collect(),
            (Self::Trap, [one]) => vec![Anchor::Item(format!("Trap {one}"))],
            // The checklist as a whole is a section.
            (Self::Section | Self::Statement, _) if is_section(word) => {
                vec![Anchor::Section(word.to_owned())]
            }
            _ => Vec::new(),
        }
    }
}

/// The numbers in the name of a test: `g12_g16_a_client_…`.
pub(crate) fn in_name(name: &str) -> Vec<Citation> {
    let numbers = name.split('_').filter_map(|part| {
        let document = match part.chars().next()? {
            's' => TTHEADER,
            'g' => GRPC,
            _ => return None,
        };
        let number = part[1..].parse().ok()?;
        Some(Citation::new(document, Anchor::Statement(number)))
    });
    numbers.collect()
}

/// Everything that one comment or paragraph cites, with the line of each.
pub(crate) fn in_text(text: &Prose, home: Home<'_>, documents: &[&str]) -> Vec<(usize, Citation)> {
    let words = &text.words;
    let mut found = Vec::new();
    let mut at = 0;
    while let Some((line, raw)) = words.get(at) {
        let word = core(raw);
        let list = if let Some(document) = document(raw, documents) {
            let from = if ends_sentence(raw) {
                words.len()
            } else {
                at + 1
            };
            List::read(&words[from.min(words.len())..], Kind::Section).of(Some(document))
        } else if let Some(kind) = Kind::of(word) {
            let list = List::read(&words[at + 1..], kind);
            let named = words[at + 1 + list.length..]
                .iter()
                .take(2)
                .collect::<Vec<_>>();
            let named = match named[..] {
                [(_, of), (_, name)] if core(of) == "of" => self::document(name, documents),
                _ => None,
            };
            list.of(named.or(kind.document(home)))
        } else if is_letter_section(word) {
            List::read(&words[at..], Kind::Section)
                .without_keyword()
                .of(Some(GRPC))
        } else if raw.starts_with('(') && is_number_section(word) {
            List::read(&words[at..], Kind::Section)
                .without_keyword()
                .of(home.sections)
        } else {
            List::default()
        };
        found.extend(list.cited.into_iter().map(|citation| (*line, citation)));
        at += 1 + list.length;
    }
    found
}

/// References in a row: `2.4 and 3`, `9–12, 19`, `A.8 to A.10`.
#[derive(Default)]
struct List {
    anchors: Vec<Anchor>,
    cited: Vec<Citation>,
    /// Words behind the one that began the list.
    length: usize,
}

impl List {
    fn read(words: &[(usize, String)], mut kind: Kind) -> Self {
        let mut list = Self::default();
        let mut expected = true;
        for (_, raw) in words {
            let word = core(raw);
            let anchors = kind.anchors(word);
            match Kind::of(word) {
                Some(next) if expected => kind = next,
                _ if expected && !anchors.is_empty() => {
                    list.anchors.extend(anchors);
                    expected = raw.ends_with(',');
                    if !expected && ends_sentence(raw) {
                        list.length += 1;
                        break;
                    }
                }
                _ if !expected && matches!(word, "and" | "to") => expected = true,
                _ => break,
            }
            list.length += 1;
        }
        list
    }

    /// The list began with its first reference, not with a word in front of it.
    fn without_keyword(mut self) -> Self {
        self.length = self.length.saturating_sub(1);
        self
    }

    fn of(mut self, document: Option<&str>) -> Self {
        let anchors = std::mem::take(&mut self.anchors);
        self.cited = document
            .into_iter()
            .flat_map(|document| {
                anchors
                    .iter()
                    .map(|anchor| Citation::new(document, anchor.clone()))
            })
            .collect();
        self
    }
}

/// The document that a word names: `` (`kitex-tool.md` `` or `docs/spec/kitex-tool.md`.
fn document<'a>(raw: &str, documents: &[&'a str]) -> Option<&'a str> {
    let path = core(raw).strip_suffix(".md")?;
    let name = path.rsplit('/').next()?;
    documents
        .iter()
        .find(|document| **document == name)
        .copied()
}

/// The word without what surrounds it.
pub(crate) fn core(raw: &str) -> &str {
    raw.trim_matches(|c: char| "`'\"()[]*|,.;:".contains(c))
}

/// Whether nothing that follows belongs to the word.
fn ends_sentence(raw: &str) -> bool {
    raw.trim_end_matches('`')
        .ends_with([')', '.', ';', ':', ','])
}

fn is_letter_section(word: &str) -> bool {
    is_section(word) && word.contains('.') && word.starts_with(|c: char| c.is_ascii_uppercase())
}

fn is_number_section(word: &str) -> bool {
    is_section(word) && word.contains('.') && word.starts_with(|c: char| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOCUMENTS: [&str; 4] = [TTHEADER, GRPC, CASES, "kitex-tool"];

    fn cited(path: &str, text: &str) -> Vec<String> {
        let words = text.split_whitespace().map(|word| (1, word.to_owned()));
        let prose = Prose {
            words: words.collect(),
        };
        let found = in_text(&prose, Home::of(path), &DOCUMENTS);
        found.into_iter().map(|(_, one)| one.to_string()).collect()
    }

    #[test]
    fn a_document_may_be_named() {
        let table = [
            ("(`kitex-tool.md` 10.3).", vec!["kitex-tool.md 10.3"]),
            (
                "rules are `ttheader-streaming.md` sections 2.4 and 3.",
                vec!["ttheader-streaming.md 2.4", "ttheader-streaming.md 3"],
            ),
            (
                "(ttheader-streaming.md 4.2, grpc-and-pingpong.md C.10).",
                vec!["ttheader-streaming.md 4.2", "grpc-and-pingpong.md C.10"],
            ),
            (
                "(grpc-and-pingpong.md A.8 to A.10).",
                vec!["grpc-and-pingpong.md A.8", "grpc-and-pingpong.md A.10"],
            ),
            (
                "interop-cases.md trap 5): any 3",
                vec!["interop-cases.md Trap 5"],
            ),
            (
                "(checklist G of grpc-and-pingpong.md).",
                vec!["grpc-and-pingpong.md G"],
            ),
            ("see kitex-tool.md. 7 more", vec![]),
            (
                "docs/spec/kitex-tool.md 2, 3 more",
                vec!["kitex-tool.md 2", "kitex-tool.md 3"],
            ),
        ];
        for (text, expected) in table {
            assert_eq!(cited("src/a.rs", text), expected, "{text}");
        }
    }

    #[test]
    fn a_bare_number_means_the_document_of_its_folder() {
        let statement = "(statement 63)";
        let ours = "runtime/src/stream/a.rs";
        let grpc = "runtime/tests/grpc_a.rs";
        assert_eq!(
            cited(ours, statement),
            ["ttheader-streaming.md statement 63"]
        );
        assert_eq!(
            cited(grpc, statement),
            ["grpc-and-pingpong.md statement 63"]
        );
        assert_eq!(cited(ours, "queue (5.1)."), ["ttheader-streaming.md 5.1"]);
        assert_eq!(cited("src/a.rs", "version (5.1)."), [""; 0]);
        assert_eq!(
            cited(grpc, "(RFC 9113, 6.9.2; A.1)"),
            ["grpc-and-pingpong.md A.1"]
        );
        assert_eq!(
            cited(ours, "(3.2, statements 9–10 and 45); defect 9.4"),
            ["3.2", "statement 9", "statement 10", "statement 45", "9.4"]
                .map(|number| format!("ttheader-streaming.md {number}"))
        );
    }

    #[test]
    fn names_of_tests_have_numbers() {
        let found = in_name("g12_g16_a_client_and_s74_a_deadline_of_5s");
        let found: Vec<_> = found.iter().map(Citation::to_string).collect();
        assert_eq!(
            found,
            [
                "grpc-and-pingpong.md statement 12",
                "grpc-and-pingpong.md statement 16",
                "ttheader-streaming.md statement 74"
            ]
        );
    }
}

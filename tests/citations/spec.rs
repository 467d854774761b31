//! What `docs/spec` defines: the numbers of sections, statements, traps and cases.

use std::collections::BTreeMap;
use std::fmt;

use super::citation::Citation;
use super::files::sources;

/// The place of a document within the repository.
const FOLDER: &str = "docs/spec/";

/// What a document is cited by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Anchor {
    /// A heading that begins with the number.
    Section(String),
    /// An item of `statements.md`.
    Statement(u32),
    /// `- **Trap 5**` or `- **G6**` at the beginning of an item.
    Item(String),
}

impl fmt::Display for Anchor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Section(number) => f.write_str(number),
            Self::Statement(number) => write!(f, "statement {number}"),
            Self::Item(name) => f.write_str(name),
        }
    }
}

/// How often each anchor of each document is defined.
pub(crate) struct Spec(BTreeMap<String, BTreeMap<Anchor, usize>>);

impl Spec {
    pub(crate) fn read() -> Self {
        let mut documents = BTreeMap::<_, BTreeMap<_, _>>::new();
        for source in sources() {
            let Some(document) = document_of(&source.path) else {
                continue;
            };
            let anchors = documents.entry(document.to_owned()).or_default();
            let statements = source.path.ends_with("/statements.md");
            for line in source.text.lines() {
                if let Some(anchor) = anchor_of(line, statements) {
                    *anchors.entry(anchor).or_default() += 1;
                }
            }
        }
        Self(documents)
    }

    pub(crate) fn documents(&self) -> Vec<&str> {
        self.0.keys().map(String::as_str).collect()
    }

    pub(crate) fn has(&self, citation: &Citation) -> bool {
        let document = self.0.get(&citation.document);
        document.is_some_and(|anchors| anchors.contains_key(&citation.anchor))
    }

    pub(crate) fn defined_twice(&self) -> Vec<String> {
        let anchors = self
            .0
            .iter()
            .flat_map(|(document, anchors)| anchors.iter().map(move |found| (document, found)));
        anchors
            .filter(|(_, (_, count))| **count > 1)
            .map(|(document, (anchor, _))| format!("{document} {anchor}"))
            .collect()
    }
}

/// The document that a file is part of: its page, or a file in the folder of its name.
pub(crate) fn document_of(path: &str) -> Option<&str> {
    let inside = path.strip_prefix(FOLDER)?;
    let name = match inside.split_once('/') {
        Some((folder, _)) => folder,
        None => inside.strip_suffix(".md")?,
    };
    (name != "README").then_some(name)
}

fn anchor_of(line: &str, statements: bool) -> Option<Anchor> {
    if line.starts_with('#') {
        let word = line.trim_start_matches('#').split_whitespace().next()?;
        // `1.` and `A.` are numbers; a heading may begin with the word "A".
        let number = word.strip_suffix('.').unwrap_or(word);
        let is_number = is_section(number) && (number.contains('.') || word.ends_with('.'));
        return is_number.then(|| Anchor::Section(number.to_owned()));
    }
    if let Some(item) = line.strip_prefix("- **") {
        let name = item.split_once("**")?.0;
        let number = name.strip_prefix("Trap ").or(name.strip_prefix('G'))?;
        return number
            .parse::<u32>()
            .ok()
            .map(|_| Anchor::Item(name.to_owned()));
    }
    let (number, _) = line.split_once(". ").filter(|_| statements)?;
    number.parse().ok().map(Anchor::Statement)
}

/// `7`, `7.3`, `A` or `A.8`.
pub(crate) fn is_section(text: &str) -> bool {
    let mut parts = text.split('.');
    let first = parts.next().unwrap_or_default();
    let number = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let letter = first.len() == 1 && ("A"..="G").contains(&first);
    (number(first) || letter) && parts.all(number)
}

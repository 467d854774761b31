//! The code blocks of the repository's Markdown, for whoever has to look at all of them.

use std::fs;
use std::path::{Path, PathBuf};

/// A block between two fences.
pub(crate) struct Block {
    /// The document, relative to the root.
    pub(crate) file: PathBuf,
    /// The line of the first fence, from 1.
    pub(crate) line: usize,
    /// What stands behind the first fence.
    pub(crate) language: String,
    /// What an HTML comment says that is alone on the line above.
    pub(crate) marker: Option<String>,
    /// The lines between the fences.
    pub(crate) text: String,
}

impl Block {
    /// Where the block is, as in `README.md:17`.
    pub(crate) fn place(&self) -> String {
        format!("{}:{}", self.file.display(), self.line)
    }
}

/// Folders that hold nothing of ours.
const FOREIGN: [&str; 5] = ["target", "kitex_gen", "corpus", "artifacts", "bin"];

/// Every document below `root`, sorted.
pub(crate) fn documents(root: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![root.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).expect("a folder can be read") {
            let path = entry.expect("a folder can be read").path();
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let is_ours = !name.starts_with('.') && !FOREIGN.contains(&&*name);
            if path.is_dir() && is_ours {
                open.push(path);
            } else if path.extension().is_some_and(|suffix| suffix == "md") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// The blocks of all documents below `root`.
pub(crate) fn blocks(root: &Path) -> Vec<Block> {
    let mut found = Vec::new();
    for document in documents(root) {
        let text = fs::read_to_string(&document).expect("a document is text");
        let file = document.strip_prefix(root).expect("it is below");
        found.extend(blocks_of(file, &text));
    }
    found
}

fn blocks_of(file: &Path, text: &str) -> Vec<Block> {
    let mut found = Vec::new();
    let mut open: Option<Block> = None;
    let mut above = "";
    for (index, line) in text.lines().enumerate() {
        let fence = line.trim_start().strip_prefix("```");
        open = match (open, fence) {
            (Some(block), Some(_)) => {
                found.push(block);
                None
            }
            (Some(mut block), None) => {
                block.text += line;
                block.text += "\n";
                Some(block)
            }
            (None, Some(language)) => Some(Block {
                file: file.to_owned(),
                line: index + 1,
                language: language.to_owned(),
                marker: marker(above),
                text: String::new(),
            }),
            (None, None) => None,
        };
        above = line;
    }
    assert!(open.is_none(), "{}: an open block", file.display());
    found
}

fn marker(line: &str) -> Option<String> {
    let text = line.trim().strip_prefix("<!--")?.strip_suffix("-->")?;
    Some(text.trim().to_owned())
}

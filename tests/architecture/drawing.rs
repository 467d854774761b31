//! The drawing of ARCHITECTURE.md, as a test reads it.

use std::collections::{BTreeMap, BTreeSet};

/// The first line of a block, before the folder of the crate.
const BLOCK: &str = "```text\nrooms of ";

/// What may name what, in one crate.
#[derive(Debug)]
pub(crate) struct Drawing {
    /// The crate's folder.
    pub(crate) folder: String,
    /// What each room may name.
    pub(crate) rooms: BTreeMap<String, BTreeSet<String>>,
    /// Arrows of single files that should go: from a file to a room.
    pub(crate) exceptions: BTreeSet<(String, String)>,
}

/// The drawings of a document, in its order.
pub(crate) fn drawings(document: &str) -> Vec<Drawing> {
    let blocks = document.split(BLOCK).skip(1);
    blocks
        .map(|block| drawing(block.split("```").next().unwrap_or_default()))
        .collect()
}

fn drawing(block: &str) -> Drawing {
    let mut lines = block.lines();
    let mut found = Drawing {
        folder: lines.next().unwrap_or_default().to_owned(),
        rooms: BTreeMap::new(),
        exceptions: BTreeSet::new(),
    };
    for line in lines.filter(|line| !line.trim().is_empty()) {
        let (from, to) = line.split_once('→').unwrap_or((line, ""));
        let to = to.split_whitespace().map(str::to_owned);
        match from.trim().strip_prefix("except ") {
            Some(file) => {
                let file = file.trim().to_owned();
                found.exceptions.extend(to.map(|room| (file.clone(), room)));
            }
            None => {
                let before = found.rooms.insert(from.trim().to_owned(), to.collect());
                assert_eq!(before, None, "{line}: the room has two lines");
            }
        }
    }
    found
}

impl Drawing {
    /// The room of a module, or of something in one: the narrowest that holds it.
    pub(crate) fn room_of(&self, names: &[String]) -> Option<&str> {
        let lengths = (1..=names.len()).rev();
        let mut paths = lengths.map(|length| names[..length].join("/"));
        paths.find_map(|path| {
            self.rooms
                .get_key_value(&path)
                .map(|(room, _)| room.as_str())
        })
    }
}

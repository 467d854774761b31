//! `docs/observing.md` names every event.

use std::fs;
use std::path::{Path, PathBuf};

/// Sources that make events, below `folder`.
fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|suffix| suffix == "rs") {
            found.push(path);
        }
    }
}

/// The texts that stand last in a call of a macro with a target.
fn texts(source: &str) -> Vec<&str> {
    // One of `crate::trace`, or a wire's own.
    let is_target = |rest: &&str| rest.starts_with("target::") || rest.starts_with("TARGET");
    let events = source.split("target: ").filter(is_target);
    let literals = events.filter_map(|rest| {
        // A message has no parenthesis behind it but the macro's; fields may.
        let end = rest.find(");")?;
        let mut parts = rest[..end].rsplit('"');
        let tail = parts.next()?;
        let is_last = tail.trim().trim_end_matches(',').is_empty();
        parts.next().filter(|_| is_last)
    });
    literals.collect()
}

#[test]
fn every_event_is_documented() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let document = fs::read_to_string(root.join("../docs/observing.md")).unwrap();
    let mut files = Vec::new();
    sources(&root.join("src"), &mut files);
    let mut named = 0;
    for path in files {
        let source = fs::read_to_string(&path).unwrap();
        for text in texts(&source) {
            // The table has the beginning of the long ones.
            let beginning = text.split(':').next().unwrap();
            let is_there = document.contains(&format!("`{beginning}"));
            assert!(
                is_there,
                "{}: `{text}` is no event of docs/observing.md",
                path.display()
            );
            named += 1;
        }
    }
    assert!(named > 25, "{named} events are found");
}

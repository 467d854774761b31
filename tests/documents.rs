//! What the documents tell a reader to type works, or says why nobody tries.
//!
//! Each console block has a comment above it: `<!-- run by tests/documents.rs -->` (in a folder with
//! the sample IDL), `<!-- run by .ci/fresh -->`, or `<!-- not run: … -->` with the reason. Rust
//! blocks are doctests of the package in `tests/documents`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

#[path = "documents/blocks.rs"]
mod blocks;
mod search_path;

use blocks::{Block, blocks};
use search_path::search_path;

/// Languages of blocks that nobody types or compiles. A block without one could be anything.
const READ_ONLY: [&str; 6] = ["json", "mermaid", "protobuf", "text", "thrift", "toml"];

/// The documents whose blocks `.ci/fresh` runs.
fn is_read_by_ci_fresh(document: &Path) -> bool {
    document == Path::new("README.md") || document.starts_with("examples")
}

#[test]
fn every_block_is_compiled_or_run_or_says_why_not() {
    let blocks = blocks(Path::new("."));
    let unclear = blocks.iter().filter(|block| match &*block.language {
        "rust" => false,
        "console" => !is_clear(block),
        other => !READ_ONLY.contains(&other),
    });
    let unclear: Vec<_> = unclear.map(Block::place).collect();
    assert!(unclear.is_empty(), "neither run nor marked: {unclear:?}");
}

fn is_clear(block: &Block) -> bool {
    match block.marker.as_deref() {
        Some("run by tests/documents.rs") => true,
        Some("run by .ci/fresh") => is_read_by_ci_fresh(&block.file),
        Some(marker) => marker
            .strip_prefix("not run: ")
            .is_some_and(|why| !why.is_empty()),
        None => false,
    }
}

#[test]
fn what_the_documents_type_works() {
    let blocks = blocks(Path::new("."));
    let ours = |block: &&Block| block.marker.as_deref() == Some("run by tests/documents.rs");
    let ours: Vec<_> = blocks.iter().filter(ours).collect();
    assert!(!ours.is_empty(), "which blocks are run here?");
    for block in ours {
        let commands = block.text.lines().map(|line| {
            let command = line.strip_prefix("$ ");
            command.unwrap_or_else(|| panic!("{}: no command: {line}", block.place()))
        });
        let folder = samples();
        for command in commands {
            run(block, command, &folder);
        }
    }
}

/// Runs a command of a block, one after the other in one folder, by a shell that finds the tool.
fn run(block: &Block, command: &str, folder: &Path) {
    let output = Command::new("sh")
        .args(["-e", "-c", command])
        .env("PATH", search_path())
        .current_dir(folder)
        .output()
        .expect("a shell runs");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "{}: {command}:\n{errors}",
        block.place()
    );
}

/// A fresh folder with the sample IDL.
fn samples() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("documents");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a scratch folder can be made");
    for entry in fs::read_dir("idl-samples").expect("the samples are there") {
        let path = entry.expect("the samples can be read").path();
        if let (true, Some(name)) = (path.is_file(), path.file_name()) {
            fs::copy(&path, folder.join(name)).expect("a sample can be copied");
        }
    }
    folder
}

/// The guide in two languages: the same headings in the same order, and the same blocks.
#[test]
fn both_guides_have_the_same_steps() {
    let of = |file: &str| {
        let text = fs::read_to_string(file).unwrap();
        let mut within = false;
        let headings = text.lines().filter(|line| {
            within ^= line.starts_with("```");
            !within && line.starts_with('#')
        });
        let levels: Vec<_> = headings
            .map(|line| line.chars().take_while(|c| *c == '#').count())
            .collect();
        let blocks = blocks(Path::new("."));
        let here = blocks
            .into_iter()
            .filter(|block| block.file == Path::new(file));
        let texts: Vec<_> = here
            .map(|block| (block.language, block.marker, block.text))
            .collect();
        assert!(!texts.is_empty(), "{file} has blocks");
        (levels, texts)
    };
    assert_eq!(
        of("docs/guide/streaming.md"),
        of("docs/guide/streaming.zh.md")
    );
}

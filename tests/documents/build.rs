//! Writes a module for each Rust block: its documentation is the block within its set-up.

use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

mod blocks;

use blocks::{Block, blocks, documents};

/// The line of a set-up that stands for the block.
const PLACE: &str = "// the block\n";

fn main() {
    let root = Path::new("../..");
    println!("cargo::rerun-if-changed=setups");
    // Cargo sees a new document when another one changes.
    for document in documents(root) {
        println!("cargo::rerun-if-changed={}", document.display());
    }
    let mut modules = String::new();
    for block in blocks(root).iter().filter(|block| block.language == "rust") {
        let name = block
            .place()
            .to_lowercase()
            .replace(|c: char| !c.is_ascii_alphanumeric(), "_");
        let text = within_setup(block);
        let _ = writeln!(modules, "#[doc = {text:?}]\nmod {name} {{}}");
    }
    let out = env::var_os("OUT_DIR").expect("cargo says where");
    fs::write(Path::new(&out).join("blocks.rs"), modules).expect("it can be written");
}

/// A program that compiles if the block does, and runs if the block is to be run.
fn within_setup(block: &Block) -> String {
    let marker = block.marker.as_deref().unwrap_or_default();
    let (attribute, name) = match marker.strip_prefix("rust, run: ") {
        Some(name) => ("", Some(name)),
        None => (",no_run", marker.strip_prefix("rust: ")),
    };
    let setup = name.map_or(PLACE.to_owned(), |name| {
        fs::read_to_string(format!("setups/{name}.rs"))
            .unwrap_or_else(|error| panic!("{}: set-up {name}: {error}", block.place()))
    });
    assert_eq!(
        setup.matches(PLACE).count(),
        1,
        "{}: no place in its set-up",
        block.place()
    );
    format!(
        "```rust{attribute}\n{}```\n",
        setup.replace(PLACE, &block.text)
    )
}

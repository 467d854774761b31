//! The table of `interop/README.md` is complete, and every test it names exists.

use std::collections::HashSet;
use std::path::Path;

/// Statements of the conformance checklist.
const STATEMENTS: usize = 95;

#[test]
fn every_statement_is_shown_by_a_test_that_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let table = std::fs::read_to_string(root.join("interop/README.md")).unwrap();
    let mut functions = HashSet::new();
    for folder in ["runtime/src", "runtime/tests", "interop/peer/tests"] {
        collect_functions(&root.join(folder), &mut functions);
    }
    for statement in 1..=STATEMENTS {
        let row = format!("| {statement} | ");
        let shown = table
            .lines()
            .find_map(|line| line.strip_prefix(row.as_str()));
        let shown = shown.unwrap_or_else(|| panic!("statement {statement} has no row"));
        assert!(!shown.contains("not shown"), "statement {statement}");
        for name in shown
            .split('`')
            .skip(1)
            .step_by(2)
            .filter(|name| is_function(name))
        {
            assert!(
                functions.contains(name),
                "statement {statement} names {name}"
            );
        }
    }
}

/// Names of scenarios and wires have dashes or no underscore.
fn is_function(name: &str) -> bool {
    name.contains('_') && !name.contains(['-', '.', '/'])
}

fn collect_functions(folder: &Path, functions: &mut HashSet<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect_functions(&path, functions);
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        for after in text.split("fn ").skip(1) {
            let end = after
                .find(|c: char| !c.is_alphanumeric() && c != '_')
                .unwrap_or(0);
            functions.insert(after[..end].to_owned());
        }
    }
}

//! The tables of `interop/README.md` are complete, and every test they name exists.

use std::collections::HashSet;
use std::path::Path;

/// A heading, and the numbers of the statements below it.
const TABLES: [(&str, usize); 2] = [
    ("## Which test proves which statement", 95),
    (
        "## gRPC, ping-pong and detection: which test proves which statement",
        94,
    ),
];

/// Its rows have no numbers.
const RULES: &str = "## Rules of ClientStream and ServerStream";

#[test]
fn every_statement_is_shown_by_a_test_that_exists() {
    let (readme, functions) = (readme(), functions());
    for (heading, statements) in TABLES {
        let table = section(&readme, heading);
        for statement in 1..=statements {
            let row = format!("| {statement} | ");
            let mut rows = table.iter().filter_map(|line| line.strip_prefix(&*row));
            let shown = rows.next();
            let shown = shown.unwrap_or_else(|| panic!("{heading}: {statement} has no row"));
            assert_eq!(rows.next(), None, "{heading}: {statement} has two rows");
            assert!(!shown.contains("not shown"), "{heading}: {statement}");
            assert_exist(shown, &functions);
        }
    }
}

#[test]
fn every_rule_of_the_stream_interfaces_is_shown_by_a_test_that_exists() {
    let (readme, functions) = (readme(), functions());
    let rows: Vec<_> = section(&readme, RULES)
        .into_iter()
        .filter(|line| line.starts_with("| "))
        .skip(2)
        .collect();
    assert!(rows.len() > 20);
    for row in rows {
        assert!(row.contains('`'), "{row} names nothing");
        assert_exist(row, &functions);
    }
}

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

fn readme() -> String {
    std::fs::read_to_string(root().join("interop/README.md")).unwrap()
}

/// The lines between this heading and the next one.
fn section<'a>(text: &'a str, heading: &str) -> Vec<&'a str> {
    let mut lines = text.lines().skip_while(|line| *line != heading);
    assert_eq!(lines.next(), Some(heading));
    lines.take_while(|line| !line.starts_with("## ")).collect()
}

fn assert_exist(shown: &str, functions: &HashSet<String>) {
    let quoted = shown.split('`').skip(1).step_by(2);
    for name in quoted.filter(|name| is_function(name)) {
        assert!(functions.contains(name), "there is no {name}");
    }
}

/// Names of scenarios and wires have dashes or no underscore.
fn is_function(name: &str) -> bool {
    name.contains('_') && !name.contains(['-', '.', '/', ':'])
}

fn functions() -> HashSet<String> {
    let mut functions = HashSet::new();
    for folder in [
        "runtime/src",
        "runtime/tests",
        "interop/peer/tests",
        "tests",
    ] {
        collect_functions(&root().join(folder), &mut functions);
    }
    functions
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

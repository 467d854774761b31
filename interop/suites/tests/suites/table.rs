//! The tables of `README.md` have every test of the suites, and no other.

use std::collections::BTreeSet;
use std::path::Path;

/// The names of the tests in the files of a folder.
fn tests_in(folder: &Path, tests: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            tests_in(&path, tests);
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        for test in text.split("#[tokio::test]\nasync fn ").skip(1) {
            let (name, _) = test.split_once('(').unwrap();
            assert!(tests.insert(name.to_owned()), "{name} twice");
        }
    }
}

/// The third cell of each row: what is quoted there has a row of its own, and a row has one test or a reason.
fn tests_of_tables(readme: &str) -> BTreeSet<String> {
    let mut named = BTreeSet::new();
    let tables = readme
        .split("| original | states | our test | over |")
        .skip(1);
    for table in tables {
        for row in table
            .lines()
            .skip(2)
            .take_while(|line| line.starts_with('|'))
        {
            let cells: Vec<_> = row.trim_matches('|').split(" | ").map(str::trim).collect();
            let ours = cells[2];
            if ours.starts_with("none: ") {
                continue;
            }
            let test = ours.trim_matches('`');
            assert!(named.insert(test.to_owned()), "{test} has two rows");
            assert!(!cells[3].is_empty(), "{row}: over which wires?");
        }
    }
    named
}

#[test]
fn the_tables_have_every_test_and_no_other() {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = std::fs::read_to_string(package.join("README.md")).unwrap();
    let mut tests = BTreeSet::new();
    for suite in ["streamx", "thrift_streaming"] {
        tests_in(&package.join("tests/suites").join(suite), &mut tests);
    }
    assert!(tests.len() > 60, "{}", tests.len());
    assert_eq!(tests_of_tables(&readme), tests);
}

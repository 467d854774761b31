//! Comments and documents cite `docs/spec` by number, and link to files: what they name exists.
//!
//! The forms of a citation are those of `docs/spec/README.md`.

mod citation;
mod files;
mod links;
mod spec;

use std::collections::BTreeSet;

use citation::{Citation, Home};
use files::{Source, sources};
use spec::{Anchor, Spec};

/// Documents of others that comments name with their address.
const FOREIGN: [&str; 1] = ["interop-test-descriptions.md"];

/// Everything that `source` cites, with the line of each.
fn citations(source: &Source, spec: &Spec) -> Vec<(usize, Citation)> {
    let home = Home::of(&source.path);
    let names = source.tests();
    let named = names
        .iter()
        .flat_map(|(line, name)| citation::in_name(name).into_iter().map(|c| (*line, c)));
    let texts = source.prose();
    let told = texts
        .iter()
        .flat_map(|text| citation::in_text(text, home, &spec.documents()));
    named.chain(told).collect()
}

#[test]
fn every_citation_is_in_the_specification() {
    let spec = Spec::read();
    let mut missing = Vec::new();
    let mut found = 0;
    for source in sources() {
        for (line, citation) in citations(&source, &spec) {
            found += 1;
            if !spec.has(&citation) {
                missing.push(format!("{}:{line}: {citation}", source.path));
            }
        }
    }
    assert!(
        missing.is_empty(),
        "not in docs/spec:\n{}",
        missing.join("\n")
    );
    // Hundreds of comments cite; far fewer found would mean that the forms are no longer read.
    assert!(found > 500, "only {found} citations found");
}

/// A comment names documents that its reader has: those of `docs/spec`, and files of the repository.
#[test]
fn every_document_that_a_comment_names_exists() {
    let sources = sources();
    let documents: BTreeSet<_> = sources
        .iter()
        .filter(|source| source.is_markdown())
        .filter_map(|source| source.path.rsplit('/').next())
        .collect();
    let (mut missing, mut found) = (Vec::new(), 0);
    for source in sources.iter().filter(|source| !source.is_markdown()) {
        let words = source.prose().into_iter().flat_map(|prose| prose.words);
        for (line, word) in words {
            let name = citation::core(&word).rsplit('/').next().unwrap_or_default();
            let is_name = name.ends_with(".md") && !name.contains(['{', '*', '<']);
            found += usize::from(is_name);
            if is_name && !documents.contains(name) && !FOREIGN.contains(&name) {
                missing.push(format!("{}:{line}: {name}", source.path));
            }
        }
    }
    assert!(
        missing.is_empty(),
        "no such document:\n{}",
        missing.join("\n")
    );
    assert!(found > 100, "only {found} names found");
}

#[test]
fn every_statement_is_numbered_without_a_gap() {
    let spec = Spec::read();
    for (document, last) in [("ttheader-streaming", 95), ("grpc-and-pingpong", 94)] {
        for number in 1..=last {
            let anchor = Anchor::Statement(number);
            let citation = Citation::new(document, anchor);
            assert!(spec.has(&citation), "no {citation}");
        }
    }
    assert_eq!(spec.defined_twice(), Vec::<String>::new());
    for anchor in [Anchor::Statement(96), Anchor::Section("3.9".to_owned())] {
        assert!(!spec.has(&Citation::new("ttheader-streaming", anchor)));
    }
}

/// `interop/README.md` says which test shows which statement.
#[test]
fn every_test_that_a_document_names_exists() {
    let sources = sources();
    let defined: BTreeSet<_> = sources
        .iter()
        .flat_map(|source| source.tests())
        .map(|(_, name)| name)
        .collect();
    let mut missing = Vec::new();
    let mut found = 0;
    for source in sources.iter().filter(|source| source.is_markdown()) {
        for (line, name) in source.quoted_tests() {
            found += 1;
            if !defined.contains(&name) {
                missing.push(format!("{}:{line}: {name}", source.path));
            }
        }
    }
    assert!(missing.is_empty(), "no such test:\n{}", missing.join("\n"));
    assert!(found > 100, "only {found} names of tests found");
}

#[test]
fn every_relative_link_leads_somewhere() {
    let mut broken = Vec::new();
    let mut found = 0;
    for source in sources().iter().filter(|source| source.is_markdown()) {
        for (line, target) in links::of(source) {
            found += 1;
            if let Err(why) = links::check(source, &target) {
                broken.push(format!("{}:{line}: {target}: {why}", source.path));
            }
        }
    }
    assert!(broken.is_empty(), "broken links:\n{}", broken.join("\n"));
    assert!(found > 20, "only {found} links found");
}

/// The table of CONTRIBUTING.md says where a change goes.
#[test]
fn every_path_of_contributing_exists() {
    let sources = sources();
    let guide = sources
        .iter()
        .find(|source| source.path == "CONTRIBUTING.md");
    let guide = &guide.expect("CONTRIBUTING.md").text;
    let paths: Vec<_> = guide
        .lines()
        .filter(|line| line.starts_with('|'))
        .flat_map(|line| line.split('`').skip(1).step_by(2))
        .filter(|quoted| quoted.contains('/') && !quoted.contains(' '))
        .collect();
    let missing: Vec<_> = paths
        .iter()
        .filter(|path| !files::root().join(path).exists())
        .collect();
    assert!(missing.is_empty(), "no such path: {missing:?}");
    assert!(paths.len() > 20, "only {} paths found", paths.len());
}

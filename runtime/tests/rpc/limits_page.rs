//! `docs/limits.md` has every limit with its default.

use std::fmt::Debug;

use streamgen_runtime::{GrpcLimits, Limits};

const PAGE: &str = include_str!("../../../docs/limits.md");

/// The rows of the section with this heading, as `| name | default |`.
fn section(heading: &str) -> &'static str {
    let from = PAGE.find(heading).expect("the section is there");
    let section = &PAGE[from + heading.len()..];
    &section[..section.find("\n## ").unwrap_or(section.len())]
}

/// Fields and values of a struct, those of structs within it by their paths.
fn fields(limits: &impl Debug) -> Vec<(String, String)> {
    let (mut found, mut path) = (Vec::new(), Vec::new());
    let text = format!("{limits:#?}");
    for line in text.lines().skip(1) {
        let line = line.trim().trim_end_matches(',');
        match line.split_once(": ") {
            Some((name, inner)) if inner.ends_with('{') => path.push(name.to_owned()),
            Some((name, value)) => {
                let name = path.iter().map(String::as_str).chain([name]);
                let name = name.collect::<Vec<_>>().join(".");
                found.push((name, value.to_owned()));
            }
            None => drop(path.pop()),
        }
    }
    found
}

fn compare(heading: &str, limits: &impl Debug) {
    let fields = fields(limits);
    assert!(fields.len() >= 10, "{fields:?}");
    let rows = section(heading);
    for (name, value) in &fields {
        let row = format!("| `{name}` | {value} |");
        // The row of what changes nothing by default is not there.
        let told = rows.contains(&row) || name == "response_encoding";
        assert!(told, "docs/limits.md lacks: {row}");
    }
    let told = rows.lines().filter(|line| line.starts_with("| `")).count();
    let settings = fields
        .iter()
        .filter(|(name, _)| name != "response_encoding");
    assert_eq!(
        told,
        settings.count(),
        "docs/limits.md has rows of no setting"
    );
}

#[test]
fn every_limit_of_streams_is_on_the_page() {
    compare("## TTHeader Streaming: `Limits`", &Limits::default());
}

#[test]
fn every_limit_of_grpc_is_on_the_page() {
    compare("## gRPC: `GrpcLimits`", &GrpcLimits::default());
}

//! `docs/metrics.md` names every metric.

use streamgen_runtime::{Server, describe_metrics};

use crate::errors_support::WIRES;
use crate::recorder::Recorded;
use crate::rpc_support::{PeerClient, reserved};
use crate::serve;

const PAGE: &str = include_str!("../../../docs/metrics.md");

#[test]
fn every_metric_is_documented_with_its_unit() {
    let (seen, _guard) = Recorded::start();
    describe_metrics();
    let described = seen.described();
    assert!(described.len() >= 18, "{described:?}");
    for (name, unit, what) in &described {
        let row = format!("| `{name}` |");
        let row = PAGE.lines().find(|line| line.starts_with(&row));
        let row = row.unwrap_or_else(|| panic!("docs/metrics.md has no row of {name}"));
        let unit = match unit.as_str() {
            "milliseconds" => "ms",
            "bytes" => "bytes",
            _ => "",
        };
        let begins = format!("| {unit} | {what}");
        assert!(row.contains(&begins), "{row} lacks {begins}");
    }
    let rows = PAGE
        .lines()
        .filter(|line| line.starts_with("| `streamgen.") || line.starts_with("| `rpc."));
    assert_eq!(rows.count(), described.len(), "rows of no metric");
}

/// The literals in the arms of `Limit::name`.
fn limits() -> Vec<&'static str> {
    let source = include_str!("../../src/measure/limit.rs");
    let arms = source.lines().filter(|line| line.contains(" => "));
    arms.filter_map(|arm| arm.split('"').nth(1)).collect()
}

#[test]
fn every_limit_is_documented() {
    let limits = limits();
    assert!(limits.len() >= 24, "{limits:?}");
    let (_, section) = PAGE.split_once("## Limits").unwrap();
    for limit in limits {
        assert!(section.contains(&format!("`{limit}`")), "{limit}");
    }
}

#[tokio::test]
async fn every_metric_that_is_recorded_is_described() {
    let (seen, _guard) = Recorded::start();
    describe_metrics();
    let server = serve(Server::builder(), "").await;
    for wire in WIRES {
        let client = wire.client(server.address);
        wire.ask(&client, "m".into(), None).await.unwrap();
    }
    let nobody = reserved().to_string();
    let client = PeerClient::builder("peer").address(nobody).build().unwrap();
    client.hello("m".into()).await.unwrap_err();
    let described = seen.described();
    for name in seen.names() {
        let is_there = described.iter().any(|(known, _, _)| *known == name);
        assert!(is_there, "{name}");
    }
}

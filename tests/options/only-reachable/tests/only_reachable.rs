//! `-only-reachable`: what the services of the IDL need, and no more. That the rest is gone is to be
//! seen in the committed code: `Draft`, `Audit`, the service `Administration` and the module of
//! `unused.thrift`.

use option_only_reachable::stream_gen::samples::{common, orders};
use streamgen_runtime::Message as _;
use streamgen_runtime::codec::{DecodeError, Encode as _};

#[test]
fn what_a_method_needs_is_there() -> Result<(), DecodeError> {
    let order = orders::Order {
        id: 1,
        lines: vec![orders::Line::default()],
    };
    assert_eq!(orders::Order::decode_from(order.encode_to_bytes())?, order);
    // Of a service that is inherited.
    let page = common::Page {
        number: 1,
        cursor: common::Cursor::default(),
    };
    assert_eq!(common::Page::decode_from(page.encode_to_bytes())?, page);
    Ok(())
}

/// As under Kitex's `trim_idl`.
#[test]
fn constants_enums_and_preserved_types_stay() {
    assert_eq!(orders::MAX, 100);
    assert_eq!(common::Level::LOW.name(), Some("LOW"));
    assert_eq!(common::Config::default().limits.depth, 0);
}

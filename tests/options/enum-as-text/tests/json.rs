//! `-enum-as-text`: enums are their names in JSON, and numbers where nobody reads.

use std::collections::HashMap;

use option_enum_as_text::stream_gen::samples::levels::{Either, Empty, Level, Reading};
use serde_json::json;

#[test]
fn an_enum_is_its_name_wherever_it_stands() {
    let reading = Reading {
        level: Level::FAR_OUT,
        before: Some(Level::LOWEST),
        notes: HashMap::from([(Level::LOW, "calm".into())]),
        all: vec![Level::LOW, Level::FAR_OUT],
        empty: Empty(0),
    };
    let text = json!({
        "level": "far_out",
        "before": "LOW",
        "notes": { "LOW": "calm" },
        "all": ["LOW", "far_out"],
        "empty": 0,
    });
    assert_eq!(serde_json::to_value(&reading).unwrap(), text);
    assert_eq!(serde_json::from_value::<Reading>(text).unwrap(), reading);
    let either = Either::Level(Level::LOW);
    let text = serde_json::to_string(&either).unwrap();
    assert_eq!(serde_json::from_str::<Either>(&text).unwrap(), either);
}

/// What a newer peer sends survives, as on the wire.
#[test]
fn a_number_without_a_name_is_itself() {
    let unknown: HashMap<_, _> = HashMap::from([(Level(99), Level(-1))]);
    let text = serde_json::to_string(&unknown).unwrap();
    assert_eq!(text, r#"{"99":-1}"#);
    assert_eq!(
        serde_json::from_str::<HashMap<Level, Level>>(&text).unwrap(),
        unknown
    );
    // A number is read where there is a name for it, too: older JSON has those.
    assert_eq!(serde_json::from_str::<Level>("10").unwrap(), Level::FAR_OUT);
}

#[test]
fn what_is_no_value_of_the_enum_is_refused_with_its_name() {
    for text in ["\"HIGH\"", "3000000000", "-3000000000", "1.5", "null"] {
        let error = serde_json::from_str::<Level>(text).unwrap_err().to_string();
        assert!(
            error.contains("a name or a number of the enum Level"),
            "{text}: {error}"
        );
    }
}

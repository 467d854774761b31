//! Whether a request contains what a rule asks for.

use serde_json::Value;
use streamgen_dynamic::ConvertError;

/// How an error ends that only says that something is missing, as it may in a pattern.
const INCOMPLETE: &str = "found nothing: the field is required";

pub(super) fn is_only_incomplete(error: &ConvertError) -> bool {
    error.problem().ends_with(INCOMPLETE)
}

/// Whether the value has all that the pattern has: its members, its elements one by one, its values.
pub(super) fn contains(value: &Value, pattern: &Value) -> bool {
    match (value, pattern) {
        (Value::Object(members), Value::Object(wanted)) => {
            let has = |(name, wanted)| {
                let member = members.get(name);
                member.is_some_and(|member| contains(member, wanted))
            };
            wanted.iter().all(has)
        }
        (Value::Array(elements), Value::Array(wanted)) => {
            let mut pairs = elements.iter().zip(wanted);
            elements.len() == wanted.len() && pairs.all(|(value, wanted)| contains(value, wanted))
        }
        // 64-bit numbers are texts in some mappings.
        (Value::String(text), Value::Number(number))
        | (Value::Number(number), Value::String(text)) => number.to_string() == *text,
        (Value::Number(number), Value::Number(wanted)) => {
            number == wanted || number.as_f64() == wanted.as_f64()
        }
        (value, pattern) => value == pattern,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::contains;

    #[test]
    fn a_pattern_is_a_part_of_the_request() {
        let request = json!({"a": 1, "b": {"c": "x", "d": [1, {"e": true, "f": 2}]}, "n": "12"});
        for pattern in [
            json!({}),
            json!({"a": 1.0}),
            json!({"b": {"c": "x"}}),
            json!({"b": {"d": [1, {"e": true}]}}),
            json!({"n": 12}),
        ] {
            assert!(contains(&request, &pattern), "{pattern}");
        }
        for pattern in [
            json!({"a": 2}),
            json!({"z": null}),
            json!({"b": {"d": [1]}}),
            json!({"b": "x"}),
            json!({"n": 13}),
        ] {
            assert!(!contains(&request, &pattern), "{pattern}");
        }
    }
}

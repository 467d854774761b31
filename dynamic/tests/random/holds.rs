//! What JSON has of other JSON.

use serde_json::Value;

/// Whether everything that was given is there. Besides, defaults and zeros are.
pub(crate) fn holds(all: &Value, given: &Value) -> bool {
    match (all, given) {
        (Value::Object(all), Value::Object(given)) => given
            .iter()
            .all(|(name, value)| all.get(name).is_some_and(|found| holds(found, value))),
        (Value::Array(all), Value::Array(given)) => {
            let pairs = all.iter().zip(given);
            all.len() == given.len() && pairs.into_iter().all(|(found, value)| holds(found, value))
        }
        (found, value) => found == value,
    }
}

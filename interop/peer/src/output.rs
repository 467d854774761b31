//! What the peer prints: one JSON object a line, `"ev"` first and then the keys in order.

use std::io::Write as _;

use serde_json::{Map, Value};

/// Members of one line. A key that begins with `~` may differ between runs and sides.
pub type Fields = Map<String, Value>;

/// Prints one event. Lines of several tasks never mix.
pub fn emit(event: &str, fields: Fields) {
    let mut line = format!("{{\"ev\":{}", Value::from(event));
    // `Map` keeps its keys in order.
    for (key, value) in fields {
        line.push_str(&format!(",{}:{value}", Value::from(key)));
    }
    line.push_str("}\n");
    // Whoever reads may have gone; there is nobody left to tell.
    let _ = std::io::stdout().lock().write_all(line.as_bytes());
}

/// `fields! { "seq" => 1, "text" => "m0" }`
macro_rules! fields {
    ($($key:literal => $value:expr),* $(,)?) => {{
        #[allow(unused_mut)]
        let mut fields = $crate::output::Fields::new();
        $(fields.insert($key.to_owned(), ::serde_json::Value::from($value));)*
        fields
    }};
}
pub(crate) use fields;

//! Options → annotations.

use protox::prost_reflect::{DynamicMessage, Value};

use crate::model::{Annotation, Annotations};
use crate::source::Span;

/// What protox keeps of options that it has resolved already, and what only the parser means.
const INTERNAL: [&str; 2] = ["uninterpreted_option", "map_entry"];

/// The options that are set, by name; extensions by their full name in parentheses, as they are
/// written. A value that is no scalar has the form of Protobuf's text format.
pub(super) fn annotations(options: &DynamicMessage, span: Span) -> Annotations {
    let fields = options.fields().map(|(field, value)| {
        let name = field.name().to_owned();
        (name, value)
    });
    let extensions = options.extensions().map(|(extension, value)| {
        let name = format!("({})", extension.full_name());
        (name, value)
    });
    let entries = fields
        .chain(extensions)
        .filter(|(key, _)| !INTERNAL.contains(&key.as_str()))
        .map(|(key, value)| {
            let text = text(value);
            Annotation {
                key,
                value: Some(text.clone()),
                raw: Some(text),
                span,
            }
        });
    Annotations {
        entries: entries.collect(),
    }
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

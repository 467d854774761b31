//! Which members may come next in a JSON value that is being typed, by an example of such a value.

use serde_json::Value;

/// What can be put in, from `start` on.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Choice {
    pub(super) start: usize,
    pub(super) texts: Vec<String>,
}

/// A container that is open where the cursor is.
#[derive(Debug)]
enum Open {
    Object {
        /// Members that it has already; the last is the one whose value is being typed, if `in_value`.
        keys: Vec<String>,
        in_value: bool,
    },
    Array,
}

/// What to offer behind `typed`. The example has every member once, and one element in each container.
pub(super) fn choose(example: &Value, typed: &str) -> Option<Choice> {
    if typed.trim().is_empty() {
        let texts = vec![example.to_string()];
        return Some(Choice {
            start: typed.len(),
            texts,
        });
    }
    let (open, text_from) = scan(typed);
    let Some(Open::Object {
        keys,
        in_value: false,
    }) = open.last()
    else {
        return None;
    };
    let members = value_at(example, &open)?.as_object()?;
    let is_new = |name: &&String| !keys.contains(name);
    let names = members.keys().filter(is_new);
    let (start, texts) = match text_from {
        Some(from) => {
            let begun = &typed[from..];
            let names = names.filter(|name| name.starts_with(begun));
            (from, names.map(|name| format!("{name}\":")).collect())
        }
        None if typed.ends_with(['{', ',']) || typed.ends_with(' ') => (
            typed.len(),
            names.map(|name| format!("\"{name}\":")).collect(),
        ),
        None => return None,
    };
    Some(Choice { start, texts })
}

/// The containers that are open at the end, and where a text begins that is.
fn scan(typed: &str) -> (Vec<Open>, Option<usize>) {
    let mut open = Vec::new();
    let mut text_from = None;
    let mut escaped = false;
    for (at, letter) in typed.char_indices() {
        if let Some(from) = text_from {
            match letter {
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                '"' => {
                    text_from = None;
                    if let Some(Open::Object {
                        keys,
                        in_value: false,
                    }) = open.last_mut()
                    {
                        keys.push(typed[from..at].to_owned());
                    }
                }
                _ => {}
            }
            continue;
        }
        match letter {
            '"' => text_from = Some(at + 1),
            '{' => open.push(Open::Object {
                keys: Vec::new(),
                in_value: false,
            }),
            '[' => open.push(Open::Array),
            '}' | ']' => drop(open.pop()),
            ':' => set_in_value(&mut open, true),
            ',' => set_in_value(&mut open, false),
            _ => {}
        }
    }
    (open, text_from)
}

fn set_in_value(open: &mut [Open], yes: bool) {
    if let Some(Open::Object { in_value, .. }) = open.last_mut() {
        *in_value = yes;
    }
}

/// The part of the example for the innermost open container.
fn value_at<'a>(example: &'a Value, open: &[Open]) -> Option<&'a Value> {
    let (_, around) = open.split_last()?;
    around.iter().try_fold(example, |value, open| match open {
        Open::Array => value.as_array()?.first(),
        Open::Object { keys, .. } => {
            let members = value.as_object()?;
            // A map has one member in the example, under any key.
            let found = keys.last().and_then(|key| members.get(key));
            found.or_else(|| members.values().next().filter(|_| members.len() == 1))
        }
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::choose;

    fn texts(typed: &str) -> Vec<String> {
        let example = json!({
            "id": 0,
            "item": {"name": "", "number": 0},
            "items": [{"name": ""}],
            "by_key": {"": {"deep": true}},
        });
        choose(&example, typed).map_or(Vec::new(), |choice| choice.texts)
    }

    #[test]
    fn members_that_are_not_there_yet() {
        assert_eq!(texts(r#"{"i"#), [r#"id":"#, r#"item":"#, r#"items":"#]);
        assert_eq!(texts(r#"{"id":1,"i"#), [r#"item":"#, r#"items":"#]);
        assert_eq!(texts(r#"{"id":1,"by"#), [r#"by_key":"#]);
        assert_eq!(texts("{").len(), 4);
        assert_eq!(texts(r#"{"id":1, "#).len(), 3);
    }

    #[test]
    fn members_of_what_is_inside() {
        assert_eq!(texts(r#"{"item":{"n"#), [r#"name":"#, r#"number":"#]);
        assert_eq!(texts(r#"{"items":[{"name":"a"},{"#), [r#""name":"#]);
        assert_eq!(texts(r#"{"by_key":{"any":{""#), [r#"deep":"#]);
        assert_eq!(texts(r#"{"item":{"name":"}"},"id"#), [r#"id":"#]);
    }

    #[test]
    fn nothing_where_a_value_is_typed() {
        assert!(texts(r#"{"id":"#).is_empty());
        assert!(texts(r#"{"item":{"name":"n"#).is_empty());
        assert!(texts(r#"{"unknown":{"n"#).is_empty());
        assert!(texts("]}").is_empty());
        assert_eq!(texts("").len(), 1);
    }
}

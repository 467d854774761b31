//! Wording of messages: lists, text of the author, and "did you mean".

/// `a`, `a or b`, `a, b or c`.
pub(crate) fn one_of(items: &[impl AsRef<str>]) -> String {
    match items {
        [] => String::new(),
        [only] => only.as_ref().to_owned(),
        [first @ .., last] => {
            let first: Vec<&str> = first.iter().map(AsRef::as_ref).collect();
            format!("{} or {}", first.join(", "), last.as_ref())
        }
    }
}

/// `a`, `a and b`, `a, b and c`, `a, b, c and 4 more`, each in backticks.
pub(crate) fn all_of(names: &[&str]) -> String {
    /// More names would drown the message.
    const MAX_NAMES: usize = 3;
    let quoted = names.iter().take(MAX_NAMES).map(|name| format!("`{name}`"));
    let mut items: Vec<String> = quoted.collect();
    if names.len() > MAX_NAMES {
        items.push(format!("{} more", names.len() - MAX_NAMES));
    }
    match items.as_slice() {
        [first @ .., last] if !first.is_empty() => format!("{} and {last}", first.join(", ")),
        _ => items.concat(),
    }
}

/// Text of the author, on one line and not longer than a message can bear.
pub(crate) fn shown(text: &str) -> String {
    /// How many characters of the text a message shows.
    const MAX_SHOWN: usize = 60;
    let mut shown = String::new();
    for (index, char) in text.chars().enumerate() {
        if index == MAX_SHOWN {
            shown.push('…');
            break;
        }
        // A byte order mark, for one, would be invisible.
        if char.is_control() || char == '\u{FEFF}' {
            shown.extend(char.escape_default());
        } else {
            shown.push(char);
        }
    }
    shown
}

/// Longest name that takes part in the search: the distance costs the product of the lengths.
const MAX_NAME: usize = 64;

/// The candidate nearest to a misspelt name, if it is near enough to be meant: at most a third of
/// the letters differ, the case of letters not counted.
#[must_use]
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if name.len() > MAX_NAME {
        return None;
    }
    let lower = name.to_lowercase();
    let length = lower.chars().count();
    // Of a single letter nothing is left when it differs.
    let limit = (length / 3).max(1).min(length.saturating_sub(1));
    candidates
        .into_iter()
        .filter(|candidate| candidate.len() <= MAX_NAME)
        .map(|candidate| (edit_distance(&lower, &candidate.to_lowercase()), candidate))
        .filter(|&(distance, _)| distance <= limit)
        // Of equally near names the first in the alphabet: tables of names have no order.
        .min()
        .map(|(_, candidate)| candidate)
}

/// Levenshtein's distance in characters, by one row of the table.
fn edit_distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (line, from) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = line + 1;
        for (column, &to) in b.iter().enumerate() {
            let substituted = diagonal + usize::from(from != to);
            diagonal = row[column + 1];
            row[column + 1] = substituted.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_read_as_english() {
        assert_eq!(one_of(&["a"]), "a");
        assert_eq!(one_of(&["a", "b"]), "a or b");
        assert_eq!(one_of(&["a", "b", "c"]), "a, b or c");
    }

    #[test]
    fn text_of_the_author_stays_on_one_line() {
        assert_eq!(shown("你\\好\n\u{FEFF}"), "你\\好\\n\\u{feff}");
        assert_eq!(shown(&"x".repeat(1000)).chars().count(), 61);
    }

    #[test]
    fn the_nearest_name_wins_and_strangers_are_not_suggested() {
        assert_eq!(nearest("Requst", ["Response", "Request"]), Some("Request"));
        assert_eq!(nearest("Server", ["client", "server"]), Some("server"));
        assert_eq!(nearest("ab", ["ac", "aa"]), Some("aa"));
        assert_eq!(nearest("Foo", ["Bar", "Quux"]), None);
        assert_eq!(nearest("T", ["S"]), None);
        assert_eq!(nearest("", ["S"]), None);
        assert_eq!(nearest(&"x".repeat(100), ["x"]), None);
    }

    #[test]
    fn edit_distances() {
        assert_eq!(edit_distance("kitten", "sitting"), 3);
        assert_eq!(edit_distance("", "abc"), 3);
        assert_eq!(edit_distance("你好", "你们好"), 1);
    }
}

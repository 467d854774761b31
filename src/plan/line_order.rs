//! The order of neighbouring `use` lines, as rustfmt has it since the style edition 2024: numbers in
//! names count by their value, and an underscore comes before everything else. `mod` lines are in the
//! order of their bytes.

use std::cmp::Ordering;

/// Compares two names.
fn names(a: &str, b: &str) -> Ordering {
    let (mut a, mut b) = (a, b);
    // More zeros in front of an equal number come first, if nothing else tells the two apart.
    let mut zeros = Ordering::Equal;
    loop {
        let (Some(first), Some(second)) = (a.chars().next(), b.chars().next()) else {
            return a.len().cmp(&b.len()).then(zeros);
        };
        let ordering = if first.is_ascii_digit() && second.is_ascii_digit() {
            let ((x, rest_a), (y, rest_b)) = (number(a), number(b));
            (a, b) = (rest_a, rest_b);
            zeros = zeros.then(y.len().cmp(&x.len()));
            let (x, y) = (x.trim_start_matches('0'), y.trim_start_matches('0'));
            x.len().cmp(&y.len()).then(x.cmp(y))
        } else {
            (a, b) = (&a[first.len_utf8()..], &b[second.len_utf8()..]);
            (first != '_', first).cmp(&(second != '_', second))
        };
        if ordering.is_ne() {
            return ordering;
        }
    }
}

/// Compares two paths, name by name.
pub(crate) fn paths(a: &str, b: &str) -> Ordering {
    let (mut a, mut b) = (a.split("::"), b.split("::"));
    loop {
        match (a.next(), b.next()) {
            (Some(x), Some(y)) if x == y => {}
            (Some(x), Some(y)) => return names(unraw(x), unraw(y)),
            (x, y) => return x.is_some().cmp(&y.is_some()),
        }
    }
}

fn unraw(name: &str) -> &str {
    name.strip_prefix("r#").unwrap_or(name)
}

/// The digits that a text begins with, and the rest.
fn number(text: &str) -> (&str, &str) {
    let end = text.find(|c: char| !c.is_ascii_digit());
    text.split_at(end.unwrap_or(text.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_in_the_order_of_rustfmt() {
        let mut found = [
            "ab", "aa", "a10", "a2", "a1", "a01", "a_1", "Svc10", "Svc2", "Svc_2", "Svc", "A",
            "_9Impl",
        ];
        found.sort_by(|a, b| names(a, b));
        assert_eq!(
            found,
            [
                "_9Impl", "A", "Svc", "Svc_2", "Svc2", "Svc10", "a_1", "a01", "a1", "a2", "a10",
                "aa", "ab"
            ]
        );
    }

    #[test]
    fn paths_are_compared_name_by_name() {
        let mut found = [
            "stream_gen::a::svc2::Svc2Server",
            "stream_gen::a::svc::SvcServer",
            "handler::X",
            "stream_gen::a::r#type::TypeServer",
            "stream_gen::a",
        ];
        found.sort_by(|a, b| paths(a, b));
        assert_eq!(
            found,
            [
                "handler::X",
                "stream_gen::a",
                "stream_gen::a::svc::SvcServer",
                "stream_gen::a::svc2::Svc2Server",
                "stream_gen::a::r#type::TypeServer",
            ]
        );
    }
}

//! What messages repeat of a text that should be an address, and may hold a password.

use std::borrow::Cow;

/// The text without what is before its last `@`, where a name and a password stand.
pub(crate) fn without_user(text: &str) -> Cow<'_, str> {
    match text.rsplit_once('@') {
        Some((_, address)) => format!("…@{address}").into(),
        None => text.into(),
    }
}

/// The same of a host in the URL of a registry, `host` or `host:port`. Nothing behind the host is repeated that
/// is no port: somebody who forgets the host writes name and password there.
#[cfg(any(feature = "etcd", feature = "nacos"))]
pub(crate) fn without_password(text: &str) -> Cow<'_, str> {
    let shown = without_user(text);
    // The colons of an IPv6 address are within brackets.
    let colon = match shown.strip_prefix('[').and_then(|rest| rest.find(']')) {
        Some(end) => shown[end..].find(':').map(|colon| end + colon),
        None => shown.find(':'),
    };
    match colon {
        Some(colon) if shown[colon + 1..].parse::<u16>().is_err() => {
            format!("{}:…", &shown[..colon]).into()
        }
        _ => shown,
    }
}

#[cfg(all(test, any(feature = "etcd", feature = "nacos")))]
mod tests {
    use super::*;

    #[test]
    fn of_a_host_in_a_url_nothing_is_repeated_that_may_be_a_password() {
        for (text, shown) in [
            ("", ""),
            ("a", "a"),
            ("a:80", "a:80"),
            ("a:x", "a:…"),
            ("[::1]", "[::1]"),
            ("[::1]:80", "[::1]:80"),
            ("[::1]:x", "[::1]:…"),
            ("me:secret", "me:…"),
            ("me:secret:secret", "me:…"),
            ("me:secret:80", "me:…"),
            ("me:secret]", "me:…"),
            ("me:123456789", "me:…"),
            ("me:secret@a:x", "…@a:…"),
        ] {
            assert_eq!(without_password(text), shown, "{text}");
        }
    }
}

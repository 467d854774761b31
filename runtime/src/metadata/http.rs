//! Metadata as a map of HTTP headers, for programs that have one to pass on, and back. Values of `-bin` keys are
//! base64 in both.

use http::{HeaderMap, HeaderName, HeaderValue};

use super::Metadata;
use crate::error::Error;

impl From<&HeaderMap> for Metadata {
    /// All headers, in the map's order. Bytes of a value that are not UTF-8 become U+FFFD.
    fn from(headers: &HeaderMap) -> Self {
        let pair = |(name, value): (&HeaderName, &HeaderValue)| {
            let value = String::from_utf8_lossy(value.as_bytes());
            (name.as_str().to_owned().into(), value.into_owned().into())
        };
        Self::from_headers(headers.iter().map(pair).collect())
    }
}

impl TryFrom<&Metadata> for HeaderMap {
    type Error = Error;

    /// All pairs, keys in lower case.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument): a key that is no name of a
    /// header, a value with control characters, or more than 32,768 keys.
    fn try_from(metadata: &Metadata) -> Result<Self, Error> {
        let mut headers = Self::with_capacity(metadata.len());
        for (key, value) in metadata {
            let refused = |part: &str| {
                Error::invalid_argument(format!("{part} of {key:?} cannot be that of a header"))
            };
            let name = HeaderName::from_bytes(key.as_bytes()).map_err(|_| refused("the key"))?;
            let value = HeaderValue::from_maybe_shared(value.clone().into_bytes())
                .map_err(|_| refused("the value"))?;
            headers
                .try_append(name, value)
                .map_err(|_| Error::invalid_argument("more headers than an HTTP message holds"))?;
        }
        Ok(headers)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_come_back_as_they_went() {
        let mut metadata = Metadata::from([("x-tenant", "a"), ("x-key-bin", "AAE")]);
        metadata.append("x-tenant", "b");
        let headers = HeaderMap::try_from(&metadata).unwrap();
        let back = Metadata::from(&headers);
        assert_eq!(back.get_all("x-tenant").collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!(back.get("X-Key-Bin"), Some("AAE"), "case does not count");
    }

    #[test]
    fn what_is_no_header_is_refused() {
        for pair in [("with space", "x"), ("", "x"), ("x-line", "a\nb")] {
            assert!(
                HeaderMap::try_from(&Metadata::from([pair])).is_err(),
                "{pair:?}"
            );
        }
    }
}

//! Header and trailer maps of a stream, and the metadata of a ping-pong call.

pub(crate) mod binary;
mod http;

use faststr::FastStr;

/// String pairs in the order they were set; setting a key again replaces its value.
///
/// Over TTHeader these are a Go map: no duplicate keys, no order on the wire, no change of case
/// (ttheader-streaming.md 4.4). Over gRPC keys become lower-case, and a key may have several
/// values ([`Metadata::append`]); a Kitex client reads only headers without such keys. A map
/// holds few entries, so look-up is a scan.
///
/// What came over gRPC, or out of an [`http::HeaderMap`](::http::HeaderMap), is found under a key in any
/// case: `get("X-Tenant")` finds `x-tenant`.
#[derive(Debug, Clone, Default)]
pub struct Metadata {
    pairs: Vec<(FastStr, FastStr)>,
    /// Upper and lower case are the same in keys that are looked up.
    caseless: bool,
}

/// Equal pairs in equal order; where they came from does not count.
impl PartialEq for Metadata {
    fn eq(&self, other: &Self) -> bool {
        self.pairs == other.pairs
    }
}

impl Eq for Metadata {}

impl Metadata {
    /// An empty map; allocates nothing.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            pairs: Vec::new(),
            caseless: false,
        }
    }

    /// Takes pairs whose keys are known to differ, as a decoder of a long header does.
    pub(crate) fn from_unique(pairs: Vec<(FastStr, FastStr)>) -> Self {
        Self {
            pairs,
            caseless: false,
        }
    }

    /// Takes the pairs of HTTP headers, whose keys are in lower case.
    pub(crate) fn from_headers(pairs: Vec<(FastStr, FastStr)>) -> Self {
        Self {
            pairs,
            caseless: true,
        }
    }

    fn is(&self, key: &str, wanted: &str) -> bool {
        key == wanted || self.caseless && key.eq_ignore_ascii_case(wanted)
    }

    /// The value of `key`, if set; the first one if there are several.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&str> {
        self.pairs
            .iter()
            .find(|(k, _)| self.is(k, key))
            .map(|(_, value)| value.as_str())
    }

    /// All values of `key`, in the order they were added.
    pub fn get_all<'a>(&'a self, key: &'a str) -> impl Iterator<Item = &'a str> {
        self.pairs
            .iter()
            .filter(move |(k, _)| self.is(k, key))
            .map(|(_, value)| value.as_str())
    }

    /// Sets `key`, replacing earlier values. The key keeps its first position.
    pub fn insert(&mut self, key: impl Into<FastStr>, value: impl Into<FastStr>) {
        let (key, value) = (key.into(), value.into());
        let Some(at) = self.pairs.iter().position(|(k, _)| self.is(k, &key)) else {
            return self.pairs.push((key, value));
        };
        let mut pairs = std::mem::take(&mut self.pairs);
        let mut index = 0;
        pairs.retain(|(k, _)| {
            index += 1;
            index <= at + 1 || !self.is(k, &key)
        });
        pairs[at].1 = value;
        self.pairs = pairs;
    }

    /// Adds a value to `key`, which may have others already. Over TTHeader the receiver sees the
    /// last one.
    pub fn append(&mut self, key: impl Into<FastStr>, value: impl Into<FastStr>) {
        self.pairs.push((key.into(), value.into()));
    }

    /// Removes `key` with all its values and returns the first.
    pub fn remove(&mut self, key: &str) -> Option<FastStr> {
        let at = self.pairs.iter().position(|(k, _)| self.is(k, key))?;
        let mut pairs = std::mem::take(&mut self.pairs);
        let (_, value) = pairs.remove(at);
        pairs.retain(|(k, _)| !self.is(k, key));
        self.pairs = pairs;
        Some(value)
    }

    /// Adds all pairs of `other`, which win over equal keys here.
    pub fn merge(&mut self, other: Self) {
        if self.is_empty() {
            return *self = other;
        }
        self.pairs.retain(|(key, _)| other.get(key).is_none());
        self.pairs.extend(other.pairs);
    }

    /// The memory that this holds, in bytes.
    pub(crate) fn held(&self) -> usize {
        let texts = self
            .pairs
            .iter()
            .map(|(key, value)| key.len() + value.len());
        texts.sum::<usize>() + self.pairs.capacity() * size_of::<(FastStr, FastStr)>()
    }

    /// Number of pairs.
    #[must_use]
    pub fn len(&self) -> usize {
        self.pairs.len()
    }

    /// Whether there is no pair.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.pairs.is_empty()
    }

    /// The pairs, in the order they were first set.
    pub fn iter(&self) -> Iter<'_> {
        Iter(self.pairs.iter())
    }
}

/// The pairs of a [`Metadata`], by reference.
#[derive(Debug, Clone)]
pub struct Iter<'a>(std::slice::Iter<'a, (FastStr, FastStr)>);

impl<'a> Iterator for Iter<'a> {
    type Item = (&'a FastStr, &'a FastStr);

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next().map(|(key, value)| (key, value))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}

impl ExactSizeIterator for Iter<'_> {}

impl<'a> IntoIterator for &'a Metadata {
    type Item = (&'a FastStr, &'a FastStr);
    type IntoIter = Iter<'a>;

    fn into_iter(self) -> Iter<'a> {
        self.iter()
    }
}

impl<K: Into<FastStr>, V: Into<FastStr>> FromIterator<(K, V)> for Metadata {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(pairs: I) -> Self {
        let mut metadata = Self::new();
        for (key, value) in pairs {
            metadata.insert(key, value);
        }
        metadata
    }
}

impl<K: Into<FastStr>, V: Into<FastStr>, const N: usize> From<[(K, V); N]> for Metadata {
    fn from(pairs: [(K, V); N]) -> Self {
        pairs.into_iter().collect()
    }
}

impl IntoIterator for Metadata {
    type Item = (FastStr, FastStr);
    type IntoIter = std::vec::IntoIter<(FastStr, FastStr)>;

    fn into_iter(self) -> Self::IntoIter {
        self.pairs.into_iter()
    }
}

#[cfg(test)]
mod tests {
    use super::Metadata;

    #[test]
    fn a_later_value_replaces_an_earlier_one() {
        let mut header: Metadata = [("k", "1"), ("other", "x"), ("k", "2")]
            .into_iter()
            .collect();
        assert_eq!(header.get("k"), Some("2"));
        assert_eq!(header.len(), 2);

        header.merge([("other", "y"), ("new", "z")].into_iter().collect());
        let pairs: Vec<_> = header.iter().map(|(k, v)| format!("{k}={v}")).collect();
        assert_eq!(pairs, ["k=2", "other=y", "new=z"]);
    }

    #[test]
    fn a_key_may_have_several_values() {
        let mut header = Metadata::from([("k", "1"), ("other", "x")]);
        header.append("k", "2");
        assert_eq!(header.get("k"), Some("1"));
        assert_eq!(header.get_all("k").collect::<Vec<_>>(), ["1", "2"]);

        let mut merged = Metadata::from([("k", "0")]);
        merged.merge(header.clone());
        assert_eq!(merged.get_all("k").collect::<Vec<_>>(), ["1", "2"]);

        header.insert("k", "3");
        assert_eq!(header, Metadata::from([("k", "3"), ("other", "x")]));
        merged.remove("k");
        assert_eq!(merged, Metadata::from([("other", "x")]));
    }

    #[test]
    fn keys_keep_their_case() {
        let header: Metadata = [("Key", "1")].into_iter().collect();
        assert_eq!(header.get("key"), None);
    }
}

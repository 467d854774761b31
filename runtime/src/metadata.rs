//! Header and trailer maps of a stream, and the metadata of a ping-pong call.

use faststr::FastStr;

/// String pairs in the order they were set; setting a key again replaces its value.
///
/// Kitex keeps these in a Go map: no duplicate keys, no order on the wire, no change of case
/// (ttheader-streaming.md 4.4). A map holds few entries, so look-up is a scan.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Metadata {
    pairs: Vec<(FastStr, FastStr)>,
}

impl Metadata {
    /// An empty map; allocates nothing.
    #[must_use]
    pub const fn new() -> Self {
        Self { pairs: Vec::new() }
    }

    /// Takes pairs whose keys are known to differ, as a decoder of a long header does.
    pub(crate) fn from_unique(pairs: Vec<(FastStr, FastStr)>) -> Self {
        Self { pairs }
    }

    /// The value of `key`, if set.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&str> {
        self.pairs
            .iter()
            .find(|(k, _)| k == key)
            .map(|(_, value)| value.as_str())
    }

    /// Sets `key`, replacing an earlier value. The key keeps its first position.
    pub fn insert(&mut self, key: impl Into<FastStr>, value: impl Into<FastStr>) {
        let (key, value) = (key.into(), value.into());
        match self.pairs.iter_mut().find(|(k, _)| *k == key) {
            Some(pair) => pair.1 = value,
            None => self.pairs.push((key, value)),
        }
    }

    /// Removes `key` and returns its value.
    pub fn remove(&mut self, key: &str) -> Option<FastStr> {
        let at = self.pairs.iter().position(|(k, _)| k == key)?;
        Some(self.pairs.remove(at).1)
    }

    /// Adds all pairs of `other`, which win over equal keys here.
    pub fn merge(&mut self, other: Self) {
        for (key, value) in other.pairs {
            self.insert(key, value);
        }
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
    pub fn iter(&self) -> impl Iterator<Item = (&FastStr, &FastStr)> {
        self.pairs.iter().map(|(key, value)| (key, value))
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
    fn keys_keep_their_case() {
        let header: Metadata = [("Key", "1")].into_iter().collect();
        assert_eq!(header.get("key"), None);
    }
}

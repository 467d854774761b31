//! Metainfo: values that travel with a call to its handler (ttheader-streaming.md 4.3).

use faststr::FastStr;

use crate::metadata::Metadata;

/// What the next hop sees of a transient value, as a prefix of its key on the wire.
const TRANSIENT: &str = "RPC_TRANSIT_";
/// A transient value of the hop before: read, never written (statement 94).
const UPSTREAM: &str = "RPC_TRANSIT_UPSTREAM_";
/// A value for every hop of the chain.
const PERSISTENT: &str = "RPC_PERSIST_";

/// The values of a call, keys without prefix and otherwise as they came: case is kept.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Metainfo {
    /// Set here, for the next hop.
    pub(crate) transient: Metadata,
    /// Set by the caller for this hop.
    pub(crate) received: Metadata,
    /// Transient values of an earlier hop that the caller still knew.
    pub(crate) upstream: Metadata,
    /// For the whole chain.
    pub(crate) persistent: Metadata,
}

/// What becomes of received transient values when a handler makes a call of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum TransientPropagation {
    /// They end here, as the name says.
    #[default]
    SingleHop,
    /// They are sent on with streams, hop after hop, which is what Kitex v0.16 does unless its
    /// process is switched to single hop. Ping-pong calls never send them on.
    EveryHop,
}

/// No value at all.
pub(crate) static EMPTY: Metainfo = Metainfo {
    transient: Metadata::new(),
    received: Metadata::new(),
    upstream: Metadata::new(),
    persistent: Metadata::new(),
};

impl Metainfo {
    /// Picks metainfo out of the string pairs of a request. The longest prefix counts; a bare
    /// prefix and an empty value are no metainfo.
    pub(crate) fn from_wire(strings: &Metadata) -> Self {
        let (mut received, mut upstream, mut persistent) = (Vec::new(), Vec::new(), Vec::new());
        for (key, value) in strings.iter().filter(|(_, value)| !value.is_empty()) {
            let (pairs, name) = if let Some(name) = key.strip_prefix(UPSTREAM) {
                (&mut upstream, name)
            } else if let Some(name) = key.strip_prefix(TRANSIENT) {
                (&mut received, name)
            } else if let Some(name) = key.strip_prefix(PERSISTENT) {
                (&mut persistent, name)
            } else {
                continue;
            };
            if !name.is_empty() {
                pairs.push((FastStr::new(name), value.clone()));
            }
        }
        // Keys of one prefix that differ with it differ without it.
        Self {
            transient: Metadata::new(),
            received: Metadata::from_unique(received),
            upstream: Metadata::from_unique(upstream),
            persistent: Metadata::from_unique(persistent),
        }
    }

    /// Whether there are values of this hop's own.
    pub(crate) fn has_own(&self) -> bool {
        !self.transient.is_empty() || !self.persistent.is_empty()
    }

    /// A transient value: set here, by the caller, or by the hop before the caller, in this order.
    pub(crate) fn transient(&self, key: &str) -> Option<&str> {
        [&self.transient, &self.received, &self.upstream]
            .into_iter()
            .find_map(|map| map.get(key))
    }

    /// The string pairs of a request that carry these values.
    pub(crate) fn to_wire(&self) -> Metadata {
        let transient = self.transient.iter().map(|pair| prefixed(TRANSIENT, pair));
        let persistent = self
            .persistent
            .iter()
            .map(|pair| prefixed(PERSISTENT, pair));
        Metadata::from_unique(transient.chain(persistent).collect())
    }

    /// Adds what a call made with a context inherits from it; values of the call itself win.
    pub(crate) fn inherit(&mut self, context: &Self, propagation: TransientPropagation) {
        let mut transient = match propagation {
            TransientPropagation::SingleHop => Metadata::new(),
            TransientPropagation::EveryHop => context.received.clone(),
        };
        transient.merge(context.transient.clone());
        let mut persistent = context.persistent.clone();
        transient.merge(std::mem::take(&mut self.transient));
        persistent.merge(std::mem::take(&mut self.persistent));
        (self.transient, self.persistent) = (transient, persistent);
    }

    /// Sets a transient value. Empty keys and values cannot travel and are ignored, as in Kitex.
    pub(crate) fn set_transient(&mut self, key: FastStr, value: FastStr) {
        set(&mut self.transient, key, value);
    }

    /// Sets a persistent value; see [`Metainfo::set_transient`].
    pub(crate) fn set_persistent(&mut self, key: FastStr, value: FastStr) {
        set(&mut self.persistent, key, value);
    }
}

/// The value that a request with these string pairs carries for `key`: for its next hop, or else for the
/// whole chain.
pub(crate) fn sent<'a>(strings: &'a Metadata, key: &str) -> Option<&'a str> {
    let with = |prefix: &str| {
        let mut pairs = strings.iter();
        let is_it = |(name, _): &(&FastStr, &FastStr)| name.strip_prefix(prefix) == Some(key);
        pairs.find(is_it).map(|(_, value)| value.as_str())
    };
    with(TRANSIENT).or_else(|| with(PERSISTENT))
}

/// The key on the wire of a value for the whole chain.
pub(crate) fn persistent_key(name: &str) -> FastStr {
    FastStr::from_string(format!("{PERSISTENT}{name}"))
}

fn prefixed(prefix: &str, (key, value): (&FastStr, &FastStr)) -> (FastStr, FastStr) {
    (
        FastStr::from_string(format!("{prefix}{key}")),
        value.clone(),
    )
}

fn set(map: &mut Metadata, key: FastStr, value: FastStr) {
    if !key.is_empty() && !value.is_empty() {
        map.insert(key, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map<const N: usize>(pairs: [(&'static str, &'static str); N]) -> Metadata {
        pairs.into_iter().collect()
    }

    #[test]
    fn the_longest_prefix_counts_and_case_is_kept() {
        let metainfo = Metainfo::from_wire(&map([
            ("isn", "EchoSvc"),
            ("RPC_TRANSIT_Tenant", "a"),
            ("RPC_TRANSIT_UPSTREAM_Tenant", "b"),
            ("RPC_PERSIST_trace id", "c"),
        ]));
        assert_eq!(metainfo.received, map([("Tenant", "a")]));
        assert_eq!(metainfo.upstream, map([("Tenant", "b")]));
        assert_eq!(metainfo.persistent, map([("trace id", "c")]));
    }

    #[test]
    fn bare_prefixes_and_empty_values_are_no_metainfo() {
        let metainfo = Metainfo::from_wire(&map([
            ("RPC_TRANSIT_", "x"),
            ("RPC_TRANSIT_UPSTREAM_", "x"),
            ("RPC_PERSIST_", "x"),
            ("RPC_PERSIST_empty", ""),
        ]));
        assert_eq!(metainfo, Metainfo::default());
    }

    #[test]
    fn s94_upstream_values_are_read_and_never_written() {
        let metainfo = Metainfo::from_wire(&map([
            ("RPC_TRANSIT_UPSTREAM_old", "1"),
            ("RPC_PERSIST_all", "2"),
        ]));
        assert_eq!(metainfo.upstream.get("old"), Some("1"));
        assert_eq!(metainfo.to_wire(), map([("RPC_PERSIST_all", "2")]));
    }

    #[test]
    fn the_access_token_is_a_transient_value() {
        // Statement 95; the frame layer moves this key to a section of its own.
        let mut metainfo = Metainfo::default();
        metainfo.set_transient("gdpr-token".into(), "secret".into());
        assert_eq!(
            metainfo.to_wire(),
            map([(crate::wire::ttheader::frame::str_key::ACL_TOKEN, "secret")])
        );
    }

    #[test]
    fn a_received_transient_value_ends_here_unless_every_hop_is_asked_for() {
        let received = Metainfo::from_wire(&map([("RPC_TRANSIT_t", "1"), ("RPC_PERSIST_p", "2")]));

        let mut call = Metainfo::default();
        call.inherit(&received, TransientPropagation::SingleHop);
        assert_eq!(call.to_wire(), map([("RPC_PERSIST_p", "2")]));

        let mut call = Metainfo::default();
        call.set_persistent("p".into(), "3".into());
        call.inherit(&received, TransientPropagation::EveryHop);
        assert_eq!(
            call.to_wire(),
            map([("RPC_TRANSIT_t", "1"), ("RPC_PERSIST_p", "3")])
        );
    }

    #[test]
    fn empty_keys_and_values_are_ignored() {
        let mut metainfo = Metainfo::default();
        metainfo.set_transient("".into(), "v".into());
        metainfo.set_persistent("k".into(), "".into());
        assert_eq!(metainfo, Metainfo::default());
    }
}

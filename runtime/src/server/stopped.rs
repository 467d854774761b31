//! What a server reports when it has stopped.

use std::collections::BTreeMap;
use std::fmt;

use faststr::FastStr;

/// How a server has stopped: what it cut off when its exit wait was over.
///
/// [`BoundServer::serve_until`](super::BoundServer::serve_until) returns it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Stopped {
    /// The calls and streams that the server cut off, by wire and method. Empty if all ended in time.
    pub cut: Vec<CutCalls>,
}

/// Calls of one method on one wire that a server cut off as it stopped.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CutCalls {
    /// The wire, as metrics name it: `gRPC`, `TTHeader Streaming` or `ping-pong`.
    pub wire: &'static str,
    /// The service; `*` if the server answers for services that it does not know, or has got its methods while
    /// it ran.
    pub service: FastStr,
    /// The method; `*` if the server does not know the methods of the service.
    pub method: FastStr,
    /// How many calls or streams of it ran at the end of the exit wait.
    pub calls: usize,
}

impl Stopped {
    /// What is left of these calls, each by wire, service and method, is cut.
    pub(super) fn cutting(calls: impl Iterator<Item = (&'static str, FastStr, FastStr)>) -> Self {
        let mut counts = BTreeMap::new();
        for call in calls {
            *counts.entry(call).or_insert(0) += 1;
        }
        let cut = counts.into_iter();
        let cut = cut.map(|((wire, service, method), calls)| CutCalls {
            wire,
            service,
            method,
            calls,
        });
        Self { cut: cut.collect() }
    }

    /// Whether every call and stream ended by itself.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.cut.is_empty()
    }

    /// How many calls and streams were cut.
    #[must_use]
    pub fn calls_cut(&self) -> usize {
        self.cut.iter().map(|one| one.calls).sum()
    }
}

impl fmt::Display for Stopped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_clean() {
            return f.write_str("no call was cut");
        }
        f.write_str("cut: ")?;
        for (nth, one) in self.cut.iter().enumerate() {
            let comma = if nth == 0 { "" } else { ", " };
            write!(f, "{comma}{one}")?;
        }
        Ok(())
    }
}

impl fmt::Display for CutCalls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            wire,
            service,
            method,
            calls,
        } = self;
        write!(f, "{calls} of {service}/{method} ({wire})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_counted_by_wire_and_method() {
        let call = |wire, method| (wire, FastStr::new("Echo"), FastStr::new(method));
        let calls = [
            call("gRPC", "Chat"),
            call("ping-pong", "Say"),
            call("gRPC", "Chat"),
        ];
        let stopped = Stopped::cutting(calls.into_iter());
        assert_eq!(stopped.calls_cut(), 3);
        assert_eq!(
            stopped.to_string(),
            "cut: 2 of Echo/Chat (gRPC), 1 of Echo/Say (ping-pong)"
        );
        let clean = Stopped::cutting(std::iter::empty());
        assert!(clean.is_clean());
        assert_eq!(clean.to_string(), "no call was cut");
    }
}

//! The names by which a breaker is found.

use std::borrow::Borrow;
use std::fmt;
use std::hash::{Hash, Hasher};

use faststr::FastStr;

use super::state::BreakerState;
use super::suite::BreakerChange;
use super::window::Counts;
use crate::call::Outgoing;
use crate::middleware::CallInfo;

/// Names the calls that share a breaker. Kitex's `RPCInfo2Key` has the caller, the destination and the method. A key of
/// ours has the service, too, so that methods with the same name in two services of a destination have a breaker each.
#[derive(Debug)]
pub(super) struct Key {
    caller: FastStr,
    destination: FastStr,
    service: FastStr,
    method: FastStr,
}

/// What has the names of a [`Key`]: the key, and a call that looks for its breaker without copying them.
pub(crate) trait Named {
    /// Caller, destination, service and method.
    fn names(&self) -> [&str; 4];
}

impl Named for Key {
    fn names(&self) -> [&str; 4] {
        [&self.caller, &self.destination, &self.service, &self.method]
    }
}

impl Named for Outgoing {
    fn names(&self) -> [&str; 4] {
        [
            &self.caller,
            &self.destination,
            self.service_name(),
            self.method_name(),
        ]
    }
}

impl Named for CallInfo {
    fn names(&self) -> [&str; 4] {
        [
            self.caller(),
            self.destination(),
            self.service(),
            self.method(),
        ]
    }
}

impl PartialEq for dyn Named + '_ {
    fn eq(&self, other: &Self) -> bool {
        self.names() == other.names()
    }
}

impl Eq for dyn Named + '_ {}

impl Hash for dyn Named + '_ {
    /// The caller and the destination are nearly always the same.
    fn hash<H: Hasher>(&self, state: &mut H) {
        let [.., service, method] = self.names();
        (service, method).hash(state);
    }
}

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        self.names() == other.names()
    }
}

impl Eq for Key {}

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self as &dyn Named).hash(state);
    }
}

impl<'a> Borrow<dyn Named + 'a> for Key {
    fn borrow(&self) -> &(dyn Named + 'a) {
        self
    }
}

impl Key {
    pub(super) fn of(call: &dyn Named) -> Self {
        let [caller, destination, service, method] = call.names().map(FastStr::new);
        Self {
            caller,
            destination,
            service,
            method,
        }
    }

    /// The breaker of this key is in that state.
    pub(super) fn says(&self, (state, counts): (BreakerState, Counts)) -> BreakerChange {
        BreakerChange {
            key: self.to_string(),
            state,
            counts,
        }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.caller, self.destination, self.method)
    }
}

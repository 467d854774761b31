//! Which methods of its service a client calls.

use crate::service::{Mode, ServiceInfo};

/// The methods that a client calls.
#[derive(Debug, Clone, Copy)]
pub(super) struct Methods {
    pub(super) service: &'static ServiceInfo,
    scope: Scope,
}

/// Kitex's two surfaces have one client for all methods, or two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scope {
    /// The one client of the StreamX surface.
    All,
    /// The client of the classic surface.
    Calls,
    /// The stream client of the classic surface.
    OverStream,
}

impl Methods {
    pub(super) const fn all(service: &'static ServiceInfo) -> Self {
        let scope = Scope::All;
        Self { service, scope }
    }

    /// Those whose wire is that of calls.
    pub(super) const fn calls(service: &'static ServiceInfo) -> Self {
        let scope = Scope::Calls;
        Self { service, scope }
    }

    /// Those whose wire is that of streams.
    pub(super) const fn over_stream(service: &'static ServiceInfo) -> Self {
        let scope = Scope::OverStream;
        Self { service, scope }
    }

    /// Whether one of the methods has a mode that `wanted` is true for.
    pub(super) fn have(self, wanted: impl Fn(Mode) -> bool) -> bool {
        let mut modes = self.service.methods.iter().map(|method| method.mode);
        modes.any(|mode| self.scope.covers(mode) && wanted(mode))
    }
}

impl Scope {
    fn covers(self, mode: Mode) -> bool {
        match self {
            Self::All => true,
            Self::Calls => !mode.is_over_stream(),
            Self::OverStream => mode.is_over_stream(),
        }
    }
}

//! A job that has Kitex's other surface now: what that changes for programs.

use std::collections::BTreeSet;

use super::Project;
use super::lock::Job;
use crate::paths::slashes;
use crate::plan::{ClientKind, Plan, ServicePlan};

/// The flag of the StreamX surface, as the lock file has it.
const STREAMX: &str = "-streamx";

impl Job {
    /// Whether its services have the StreamX surface; `None` if its options are not known.
    pub(super) fn streamx(&self) -> Option<bool> {
        let has_flag = self.options.iter().any(|flag| flag == STREAMX);
        (!self.adopted).then_some(has_flag)
    }
}

impl Project<'_> {
    /// Notes that the services were generated for the other surface before, if that makes a difference:
    /// code that calls them, or serves their streams, does not compile any more.
    pub(super) fn note_other_surface(&mut self, services: &[ServicePlan<'_>]) {
        let (before, now) = (self.previous_streamx, self.job.streamx());
        let (Some(before), Some(now)) = (before, now) else {
            return;
        };
        if before == now || self.streams.is_empty() {
            return;
        }
        let text = match now {
            true => {
                "without -streamx before: now a service has one client, for its streams too, and \
                     handlers of streams are given a context"
                    .to_owned()
            }
            false => format!(
                "with -streamx before: now streams have clients of their own, {}, and give their \
                 handlers the context themselves",
                stream_clients(services)
            ),
        };
        let idl = &self.job.idl;
        self.notes.push(format!("`{idl}` was generated {text}"));
    }
}

/// The files, below the folder of generated code, of services that are not the same on both surfaces.
pub(super) fn modules_with_streams(
    plan: &Plan<'_>,
    services: &[ServicePlan<'_>],
) -> BTreeSet<String> {
    let differs = |service: &&ServicePlan<'_>| {
        let mut methods = service.methods.iter();
        methods.any(|method| method.is_for_stream_client)
    };
    let services = services.iter().filter(differs);
    services
        .map(|service| slashes(&plan.modules.file_path(service.module)))
        .collect()
}

/// The names of the stream clients.
fn stream_clients(services: &[ServicePlan<'_>]) -> String {
    let clients = services.iter().flat_map(|service| &service.clients);
    let clients = clients.filter(|client| client.kind == ClientKind::OverStream);
    let names: Vec<_> = clients.map(|one| format!("`{}`", one.ident)).collect();
    names.join(", ")
}

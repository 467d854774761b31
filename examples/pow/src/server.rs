//! The server, with health and reflection beside the service: what probes and grpcurl ask for.

use streamgen_runtime::health::{self, Health, ServingStatus};
use streamgen_runtime::reflection::Reflection;
use streamgen_runtime::{Result, Server, ServerBuilder};

use crate::Powers;
use crate::stream_gen::FILE_DESCRIPTOR_SET;
use crate::stream_gen::pow::pow::PowServer;

/// A server that can be asked what it serves, and whether it does.
///
/// # Errors
/// The descriptors are none, which generated ones never are.
pub fn server() -> Result<ServerBuilder> {
    let health = Health::new(); // a clone of it may say later that something has changed
    health.set("pow.Pow", ServingStatus::Serving);
    let reflection = Reflection::builder()
        .descriptors(FILE_DESCRIPTOR_SET) // generated with -descriptors
        .descriptors(health::FILE_DESCRIPTOR_SET)
        .build()?;
    Ok(Server::builder()
        .add_service(PowServer::new(Powers))
        .add_service(health.service())
        .add_service(reflection.service())
        .add_service(reflection.service_v1alpha())) // for clients from before 2023
}

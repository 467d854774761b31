//! The cases of gRPC's `doc/interop-test-descriptions.md`, as a client runs them. Six further cases
//! are ours and test what that document does not cover: `status_details`, `cancel_at_server`,
//! `deadline_at_server`, `deadline_in_stream`, `stalled_readers`, `stalled_handlers`.

mod cancel;
mod compression;
mod metadata;
mod report;
mod stalled;
mod status;
mod streams;
mod unary;

use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use streamgen_runtime::{Code, Error};

use crate::client::Clients;

/// How long a case may take; grpc-go's script gives it the same.
const TIMEOUT: Duration = Duration::from_secs(20);

macro_rules! cases {
    ($($name:literal => $run:path,)*) => {
        /// The names of all cases.
        pub const NAMES: &[&str] = &[$($name),*];

        async fn run_unbounded(name: &str, clients: &Clients) -> Result<()> {
            match name {
                $($name => $run(clients).await,)*
                _ => bail!("unsupported test case: {name:?}; there are {}", NAMES.join(", ")),
            }
        }
    };
}

cases! {
    "empty_unary" => unary::empty_unary,
    "large_unary" => unary::large_unary,
    "client_streaming" => streams::client_streaming,
    "server_streaming" => streams::server_streaming,
    "ping_pong" => streams::ping_pong,
    "empty_stream" => streams::empty_stream,
    "custom_metadata" => metadata::custom_metadata,
    "status_code_and_message" => status::status_code_and_message,
    "special_status_message" => status::special_status_message,
    "status_details" => status::status_details,
    "unimplemented_method" => status::unimplemented_method,
    "unimplemented_service" => status::unimplemented_service,
    "cancel_after_begin" => cancel::cancel_after_begin,
    "cancel_after_first_response" => cancel::cancel_after_first_response,
    "cancel_at_server" => report::cancel_at_server,
    "timeout_on_sleeping_server" => cancel::timeout_on_sleeping_server,
    "deadline_at_server" => report::deadline_at_server,
    "deadline_in_stream" => cancel::deadline_in_stream,
    "stalled_readers" => stalled::stalled_readers,
    "stalled_handlers" => stalled::stalled_handlers,
    "client_compressed_unary" => compression::client_compressed_unary,
    "server_compressed_unary" => compression::server_compressed_unary,
    "client_compressed_streaming" => compression::client_compressed_streaming,
    "server_compressed_streaming" => compression::server_compressed_streaming,
}

/// Whether a case is about compression, so that it needs to see messages on their way.
pub(crate) fn watches(name: &str) -> bool {
    name.contains("_compressed_")
}

/// Runs the case `name`.
///
/// # Errors
/// Why the case failed; a name of no case.
pub async fn run(name: &str, clients: &Clients) -> Result<()> {
    let case = run_unbounded(name, clients);
    let passed = tokio::time::timeout(TIMEOUT, case).await;
    passed.with_context(|| format!("{name} takes longer than {TIMEOUT:?}"))?
}

/// The status that a call was to fail with.
///
/// # Errors
/// It succeeded, or failed with another status.
fn failed_with<T>(code: Code, outcome: Result<T, Error>) -> Result<Error> {
    match outcome {
        Ok(_) => bail!("succeeded, want status {code}"),
        Err(error) if error.grpc_code() == Some(code) => Ok(error),
        Err(error) => bail!("want status {code}, got {:?}: {error}", error.grpc_code()),
    }
}

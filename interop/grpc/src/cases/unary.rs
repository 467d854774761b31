//! One request, one response.

use anyhow::{Context as _, Result, ensure};

use crate::client::Clients;
use crate::messages::zeros;
use crate::stream_gen::grpc::testing::{Empty, SimpleRequest, SimpleResponse};

pub(super) const LARGE_REQUEST: usize = 271_828;
pub(super) const LARGE_RESPONSE: usize = 314_159;

pub(super) async fn empty_unary(clients: &Clients) -> Result<()> {
    clients.test.empty_call(Empty {}).await?;
    Ok(())
}

pub(super) async fn large_unary(clients: &Clients) -> Result<()> {
    has_body(
        clients.test.unary_call(large_request()).await?,
        LARGE_RESPONSE,
    )
}

/// The suite's large request for a large response.
pub(super) fn large_request() -> SimpleRequest {
    SimpleRequest {
        response_size: LARGE_RESPONSE as i32,
        payload: Some(zeros(LARGE_REQUEST)),
        ..SimpleRequest::default()
    }
}

/// Checks that a response has `size` zeros.
pub(super) fn has_body(response: SimpleResponse, size: usize) -> Result<()> {
    let payload = response.payload.context("no payload")?;
    ensure!(
        payload == zeros(size),
        "want {size} zeros, got {} bytes",
        payload.body.len()
    );
    Ok(())
}

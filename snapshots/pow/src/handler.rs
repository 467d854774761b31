//! The handlers. This file is yours: streamgen wrote it once, and adds what the IDL gets.

use streamgen_runtime::{Context, Error, Result, ServerStreamingServer};

use crate::stream_gen::pow;

/// Answers `Pow`.
#[derive(Clone, Debug, Default)]
pub struct PowImpl;

impl pow::pow::Pow for PowImpl {
    async fn pow(
        &self,
        _cx: Context,
        _req: pow::PowRequest,
        _stream: ServerStreamingServer<pow::PowResponse>,
    ) -> Result<()> {
        let error = Error::application("Pow.Pow is not implemented");
        Err(error)
    }
}

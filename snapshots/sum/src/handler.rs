//! The handlers. This file is yours: streamgen wrote it once, and adds what the IDL gets.

use streamgen_runtime::{ClientStreamingServer, Context, Error, Result};

use crate::stream_gen::sum;

/// Answers `Sum`.
#[derive(Clone, Debug, Default)]
pub struct SumImpl;

impl sum::sum::Sum for SumImpl {
    async fn sum(
        &self,
        _cx: Context,
        _stream: ClientStreamingServer<sum::SumRequest>,
    ) -> Result<sum::SumResponse> {
        let error = Error::application("Sum.Sum is not implemented");
        Err(error)
    }
}

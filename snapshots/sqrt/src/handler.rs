//! The handlers. This file is yours: streamgen wrote it once, and adds what the IDL gets.

use streamgen_runtime::{BidiStreamingServer, Context, Error, Result};

use crate::stream_gen::sqrt;

/// Answers `Sqrt`.
#[derive(Clone, Debug, Default)]
pub struct SqrtImpl;

impl sqrt::sqrt::Sqrt for SqrtImpl {
    async fn sqrt(
        &self,
        _cx: Context,
        _stream: BidiStreamingServer<sqrt::SqrtRequest, sqrt::SqrtResponse>,
    ) -> Result<()> {
        let error = Error::application("Sqrt.Sqrt is not implemented");
        Err(error)
    }
}

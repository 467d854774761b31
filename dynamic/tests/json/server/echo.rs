//! A handler of JSON for any service whose requests and responses have the same fields.

use streamgen_dynamic::client::CallError;
use streamgen_dynamic::server::{
    JsonBidiStreamingServer, JsonClientStreamingServer, JsonHandler, JsonServerStreamingServer,
};
use streamgen_runtime::Context;

/// Answers with what it is asked.
pub(crate) struct Echo {
    /// How many responses a stream of responses has.
    pub(crate) responses: usize,
}

impl JsonHandler for Echo {
    async fn call(&self, _: Context, request: String) -> Result<String, CallError> {
        Ok(request)
    }

    async fn client_streaming(
        &self,
        _: Context,
        mut stream: JsonClientStreamingServer,
    ) -> Result<String, CallError> {
        let mut last = "{}".to_owned();
        while let Some(request) = stream.recv().await? {
            last = request;
        }
        Ok(last)
    }

    async fn server_streaming(
        &self,
        _: Context,
        request: String,
        mut stream: JsonServerStreamingServer,
    ) -> Result<(), CallError> {
        stream.stream().set_header([("set", "h1")])?;
        stream.stream().set_trailer([("trailer", "t1")])?;
        for _ in 0..self.responses {
            stream.send(&request).await?;
        }
        Ok(())
    }

    async fn bidi_streaming(
        &self,
        _: Context,
        stream: JsonBidiStreamingServer,
    ) -> Result<(), CallError> {
        let (mut sender, mut receiver) = stream.split();
        while let Some(request) = receiver.recv().await? {
            sender.send(&request).await?;
        }
        Ok(())
    }
}

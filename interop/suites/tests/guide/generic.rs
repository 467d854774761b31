//! A server of the guide's services without generated code: a handler of JSON, and the IDLs.

use streamgen_dynamic::Provider;
use streamgen_dynamic::client::CallError;
use streamgen_dynamic::server::{
    JsonBidiStreamingServer, JsonClientStreamingServer, JsonHandler, JsonServerStreamingServer,
    JsonService,
};
use streamgen_runtime::{Context, Server};

use crate::servers::{RESPONSES, spawned};
use crate::{Idl, PROTO, THRIFT};

/// A server of both services on a free port, which ends with the test: its address.
pub(crate) async fn ours() -> String {
    let server = Server::builder()
        .add_service(service(THRIFT))
        .add_service(service(PROTO));
    spawned(server).await
}

fn service(idl: Idl) -> JsonService<Echo> {
    let schema = Provider::file(idl.path()).load().expect("the IDL is right");
    let service = schema.service(idl.service).expect("it is there");
    JsonService::new(&service, Echo).expect("there are few services")
}

/// Requests and responses of the guide have the same fields, so the JSON of one is that of the other.
struct Echo;

impl JsonHandler for Echo {
    async fn call(&self, _cx: Context, request: String) -> Result<String, CallError> {
        Ok(request)
    }

    async fn client_streaming(
        &self,
        _cx: Context,
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
        _cx: Context,
        request: String,
        mut stream: JsonServerStreamingServer,
    ) -> Result<(), CallError> {
        for _ in 0..RESPONSES {
            stream.send(&request).await?;
        }
        Ok(())
    }

    async fn bidi_streaming(
        &self,
        _cx: Context,
        mut stream: JsonBidiStreamingServer,
    ) -> Result<(), CallError> {
        while let Some(request) = stream.recv().await? {
            stream.send(&request).await?;
        }
        Ok(())
    }
}

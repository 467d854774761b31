//! The server: `TestService` as gRPC's document describes it.

use std::time::Duration;

use anyhow::Context as _;
use streamgen_runtime::transport::grpc::codes;
use streamgen_runtime::{
    BidiStreamingServer, BoundServer, ClientStreamingServer, Context, Error, Metadata, Result,
    Server, ServerStreamingServer, ServerTls,
};

use crate::flags::{Flags, Usage};
use crate::messages::{ECHO_INITIAL, ECHO_TRAILING, payload, status};
use crate::stream_gen::grpc::testing::test_service::{TestService, TestServiceServer};
use crate::stream_gen::grpc::testing::{
    Empty, ResponseParameters, SimpleRequest, SimpleResponse, StreamingInputCallRequest,
    StreamingInputCallResponse, StreamingOutputCallRequest, StreamingOutputCallResponse,
};
use crate::testdata;

/// What the command line asks for.
#[derive(Debug)]
pub struct Options {
    port: u16,
    tls: bool,
    certificate: Option<String>,
    key: Option<String>,
}

impl Options {
    /// Reads the flags of the server.
    ///
    /// # Errors
    /// What is no flag, or not the value of one.
    pub fn parse(args: impl IntoIterator<Item = String>) -> Result<Self, Usage> {
        let names = ["port", "tls_cert_file", "tls_key_file"];
        let flags = Flags::parse(args, &names, &["use_tls"])?;
        let text = |name| flags.text(name).map(str::to_owned);
        Ok(Self {
            port: flags.port("port", 10000)?,
            tls: flags.switch("use_tls")?,
            certificate: text("tls_cert_file"),
            key: text("tls_key_file"),
        })
    }

    /// Listens on all addresses; on a free port if the port is 0.
    ///
    /// # Errors
    /// A port that is taken; certificates that cannot be read.
    pub async fn bind(&self) -> anyhow::Result<BoundServer> {
        let mut server = Server::builder().add_service(TestServiceServer::new(Handler));
        if self.tls {
            let chain = testdata::read(self.certificate.as_deref(), "server1.pem")?;
            let key = testdata::read(self.key.as_deref(), "server1.key")?;
            server = server.tls(ServerTls::new(&chain, &key)?);
        }
        let address = ("0.0.0.0", self.port);
        server.bind(address).await.context("failed to listen")
    }
}

/// The service of the suite.
#[derive(Debug)]
pub struct Handler;

impl TestService for Handler {
    async fn empty_call(&self, _: Context, _: Empty) -> Result<Empty> {
        Ok(Empty {})
    }

    async fn unary_call(&self, cx: Context, req: SimpleRequest) -> Result<SimpleResponse> {
        let (header, trailer) = echoed(cx.header());
        cx.set_header(header)?;
        cx.set_trailer(trailer)?;
        status(req.response_status)?;
        Ok(SimpleResponse {
            payload: Some(payload(req.response_type, req.response_size)?),
            ..SimpleResponse::default()
        })
    }

    async fn cacheable_unary_call(
        &self,
        cx: Context,
        req: SimpleRequest,
    ) -> Result<SimpleResponse> {
        cx.set_header([("cache-control", "max-age=60, public")])?;
        self.unary_call(cx, req).await
    }

    async fn streaming_output_call(
        &self,
        _: Context,
        req: StreamingOutputCallRequest,
        mut stream: ServerStreamingServer<StreamingOutputCallResponse>,
    ) -> Result<()> {
        status(req.response_status)?;
        for wanted in req.response_parameters {
            stream
                .send(response(req.response_type, wanted).await?)
                .await?;
        }
        Ok(())
    }

    async fn streaming_input_call(
        &self,
        _: Context,
        mut stream: ClientStreamingServer<StreamingInputCallRequest>,
    ) -> Result<StreamingInputCallResponse> {
        let mut sum = 0_i32;
        while let Some(req) = stream.recv().await? {
            let len = req.payload.map_or(0, |payload| payload.body.len());
            sum = i32::try_from(len)
                .ok()
                .and_then(|len| sum.checked_add(len))
                .ok_or_else(|| Error::grpc_status(codes::OUT_OF_RANGE, "the sum is above 2^31"))?;
        }
        Ok(StreamingInputCallResponse {
            aggregated_payload_size: sum,
        })
    }

    async fn full_duplex_call(
        &self,
        cx: Context,
        mut stream: BidiStreamingServer<StreamingOutputCallRequest, StreamingOutputCallResponse>,
    ) -> Result<()> {
        let (header, trailer) = echoed(cx.header());
        if !header.is_empty() {
            stream.send_header(header)?;
        }
        stream.set_trailer(trailer)?;
        while let Some(req) = stream.recv().await? {
            status(req.response_status)?;
            for wanted in req.response_parameters {
                stream
                    .send(response(req.response_type, wanted).await?)
                    .await?;
            }
        }
        Ok(())
    }

    /// Answers when it has all requests, of which there may be [`MAX_HELD`].
    async fn half_duplex_call(
        &self,
        _: Context,
        mut stream: BidiStreamingServer<StreamingOutputCallRequest, StreamingOutputCallResponse>,
    ) -> Result<()> {
        let mut requests = Vec::new();
        while let Some(req) = stream.recv().await? {
            if requests.len() == MAX_HELD {
                let text = format!("more than {MAX_HELD} requests");
                return Err(Error::grpc_status(codes::RESOURCE_EXHAUSTED, text));
            }
            requests.push((req.response_type, req.response_parameters));
        }
        for (r#type, parameters) in requests {
            for wanted in parameters {
                stream.send(response(r#type, wanted).await?).await?;
            }
        }
        Ok(())
    }

    /// The suite wants it so.
    async fn unimplemented_call(&self, _: Context, _: Empty) -> Result<Empty> {
        let text = "UnimplementedCall is not implemented";
        Err(Error::grpc_status(codes::UNIMPLEMENTED, text))
    }
}

/// Requests that a half-duplex call may send before it is answered.
const MAX_HELD: usize = 1024;

/// Header and trailer of the answer to a call with this header.
fn echoed(request: &Metadata) -> (Metadata, Metadata) {
    let (mut header, mut trailer) = (Metadata::new(), Metadata::new());
    if let Some(value) = request.get(ECHO_INITIAL) {
        header.insert(ECHO_INITIAL, value.to_owned());
    }
    if let Some(value) = request.get_bin(ECHO_TRAILING) {
        trailer.insert_bin(ECHO_TRAILING, value);
    }
    (header, trailer)
}

/// One response as it is wanted, when it is wanted.
async fn response(r#type: i32, wanted: ResponseParameters) -> Result<StreamingOutputCallResponse> {
    if let Ok(micros @ 1..) = u64::try_from(wanted.interval_us) {
        tokio::time::sleep(Duration::from_micros(micros)).await;
    }
    Ok(StreamingOutputCallResponse {
        payload: Some(payload(r#type, wanted.size)?),
    })
}

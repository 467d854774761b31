//! `TestService` as gRPC's document describes it.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use streamgen_runtime::{
    BidiStreamingServer, ClientStreamingServer, Code, Context, Error, Metadata, Result,
    ServerStreamingServer,
};

use crate::messages::{CANCELED, ECHO_INITIAL, ECHO_TRAILING, REMAINING, REPORT, payload, status};
use crate::relay::Watch;
use crate::stream_gen::grpc::testing::test_service::TestService;
use crate::stream_gen::grpc::testing::{
    BoolValue, Empty, ResponseParameters, SimpleRequest, SimpleResponse, StreamingInputCallRequest,
    StreamingInputCallResponse, StreamingOutputCallRequest, StreamingOutputCallResponse,
};

/// The service of the suite.
#[derive(Debug)]
pub(crate) struct Handler {
    /// Tells which requests were compressed, where that is checked.
    watch: Option<Watch>,
    /// Full-duplex calls with [`REPORT`] that were cancelled.
    canceled: AtomicU64,
}

impl Handler {
    pub(crate) fn new(watch: Option<Watch>) -> Self {
        let canceled = AtomicU64::new(0);
        Self { watch, canceled }
    }

    /// Checks whether the request number `index` of the call was compressed as its sender says.
    fn check(&self, index: usize, expected: Option<BoolValue>) -> Result<()> {
        let (Some(watch), Some(expected)) = (&self.watch, expected) else {
            return Ok(());
        };
        if watch.requests().get(index) == Some(&expected.value) {
            return Ok(());
        }
        let text = format!("request {index} is not as expect_compressed says");
        Err(Error::grpc_status(Code::INVALID_ARGUMENT, text))
    }
}

impl TestService for Handler {
    async fn empty_call(&self, cx: Context, _: Empty) -> Result<Empty> {
        if cx.header().get(REPORT).is_some() {
            let canceled = self.canceled.load(Ordering::Relaxed).to_string();
            let left = cx.remaining().map(|left| left.as_millis().to_string());
            let left = left.unwrap_or_else(|| "none".to_owned());
            cx.set_header([(CANCELED, canceled), (REMAINING, left)])?;
        }
        Ok(Empty {})
    }

    async fn unary_call(&self, cx: Context, req: SimpleRequest) -> Result<SimpleResponse> {
        let (header, trailer) = echoed(cx.header());
        cx.set_header(header)?;
        cx.set_trailer(trailer)?;
        status(req.response_status, cx.header())?;
        self.check(0, req.expect_compressed)?;
        cx.set_message_compression(wanted(req.response_compressed));
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
        cx: Context,
        req: StreamingOutputCallRequest,
        mut stream: ServerStreamingServer<StreamingOutputCallResponse>,
    ) -> Result<()> {
        status(req.response_status, cx.header())?;
        for parameters in req.response_parameters {
            stream.set_message_compression(wanted(parameters.compressed));
            let response = response(req.response_type, parameters).await?;
            stream.send(response).await?;
        }
        Ok(())
    }

    async fn streaming_input_call(
        &self,
        _: Context,
        mut stream: ClientStreamingServer<StreamingInputCallRequest>,
    ) -> Result<StreamingInputCallResponse> {
        let (mut sum, mut index) = (0_i32, 0);
        while let Some(req) = stream.recv().await? {
            self.check(index, req.expect_compressed)?;
            index += 1;
            let len = req.payload.map_or(0, |payload| payload.body.len());
            sum = i32::try_from(len)
                .ok()
                .and_then(|len| sum.checked_add(len))
                .ok_or_else(|| Error::grpc_status(Code::OUT_OF_RANGE, "the sum is above 2^31"))?;
        }
        Ok(StreamingInputCallResponse {
            aggregated_payload_size: sum,
        })
    }

    async fn full_duplex_call(
        &self,
        cx: Context,
        stream: BidiStreamingServer<StreamingOutputCallRequest, StreamingOutputCallResponse>,
    ) -> Result<()> {
        let outcome = exchange(&cx, stream).await;
        if cx.cancel_reason().is_some() && cx.header().get(REPORT).is_some() {
            self.canceled.fetch_add(1, Ordering::Relaxed);
        }
        outcome
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
                return Err(Error::grpc_status(Code::RESOURCE_EXHAUSTED, text));
            }
            requests.push((req.response_type, req.response_parameters));
        }
        for (r#type, responses) in requests {
            for parameters in responses {
                stream.set_message_compression(wanted(parameters.compressed));
                stream.send(response(r#type, parameters).await?).await?;
            }
        }
        Ok(())
    }

    /// The suite wants it so.
    async fn unimplemented_call(&self, _: Context, _: Empty) -> Result<Empty> {
        let text = "UnimplementedCall is not implemented";
        Err(Error::grpc_status(Code::UNIMPLEMENTED, text))
    }
}

/// Requests that a half-duplex call may send before it is answered.
const MAX_HELD: usize = 1024;

/// A full-duplex call: each request gets its responses when it arrives.
async fn exchange(
    cx: &Context,
    mut stream: BidiStreamingServer<StreamingOutputCallRequest, StreamingOutputCallResponse>,
) -> Result<()> {
    let (header, trailer) = echoed(cx.header());
    if !header.is_empty() {
        stream.send_header(header)?;
    }
    stream.set_trailer(trailer)?;
    while let Some(req) = stream.recv().await? {
        status(req.response_status, cx.header())?;
        for parameters in req.response_parameters {
            stream.set_message_compression(wanted(parameters.compressed));
            let response = tokio::select! {
                response = response(req.response_type, parameters) => response?,
                reason = cx.cancelled() => return Err(reason),
            };
            stream.send(response).await?;
        }
    }
    Ok(())
}

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

/// Whether a response is to be compressed.
fn wanted(compressed: Option<BoolValue>) -> bool {
    compressed.is_some_and(|compressed| compressed.value)
}

/// One response, when it is wanted.
async fn response(
    r#type: i32,
    parameters: ResponseParameters,
) -> Result<StreamingOutputCallResponse> {
    if let Ok(micros @ 1..) = u64::try_from(parameters.interval_us) {
        tokio::time::sleep(Duration::from_micros(micros)).await;
    }
    Ok(StreamingOutputCallResponse {
        payload: Some(payload(r#type, parameters.size)?),
    })
}

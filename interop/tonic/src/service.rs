//! `TestService` as gRPC's document describes it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::metadata::MetadataMap;
use tonic::{Extensions, Request, Response, Status, Streaming};

use crate::messages::pb::test_service_server::TestService;
use crate::messages::pb::{
    BoolValue, Empty, SimpleRequest, SimpleResponse, StreamingInputCallRequest,
    StreamingInputCallResponse, StreamingOutputCallRequest, StreamingOutputCallResponse,
};
use crate::messages::{CANCELED, REMAINING, REPORT, payload, status};
use crate::watch::Seen;

/// Responses that wait for the connection.
const QUEUE: usize = 4;

type Responses = ReceiverStream<Result<StreamingOutputCallResponse, Status>>;
type Sender = mpsc::Sender<Result<StreamingOutputCallResponse, Status>>;

/// The service of the suite.
#[derive(Debug)]
pub(crate) struct Service {
    check_compression: bool,
    /// Full-duplex calls with [`REPORT`] that were cancelled.
    canceled: Arc<AtomicU64>,
}

impl Service {
    pub(crate) fn new(check_compression: bool) -> Self {
        Self {
            check_compression,
            canceled: Arc::default(),
        }
    }

    /// Checks whether the request number `index` of the call was compressed as its sender says.
    fn check(
        &self,
        index: usize,
        expected: Option<BoolValue>,
        extensions: &Extensions,
    ) -> Result<(), Status> {
        let Some(expected) = expected.filter(|_| self.check_compression) else {
            return Ok(());
        };
        let seen = extensions.get::<Seen>().map(Seen::all).unwrap_or_default();
        if seen.get(index) == Some(&expected.value) {
            return Ok(());
        }
        let text = format!("request {index} is not as expect_compressed says");
        Err(Status::invalid_argument(text))
    }
}

#[tonic::async_trait]
impl TestService for Service {
    type StreamingOutputCallStream = Responses;
    type FullDuplexCallStream = Responses;
    type HalfDuplexCallStream = Responses;

    async fn empty_call(&self, request: Request<Empty>) -> Result<Response<Empty>, Status> {
        let mut response = Response::new(Empty {});
        if request.metadata().contains_key(REPORT) {
            let remaining = remaining(request.metadata())?;
            let canceled = self.canceled.load(Ordering::Relaxed);
            response.metadata_mut().insert(CANCELED, canceled.into());
            response.metadata_mut().insert(REMAINING, remaining);
        }
        Ok(response)
    }

    async fn unary_call(
        &self,
        request: Request<SimpleRequest>,
    ) -> Result<Response<SimpleResponse>, Status> {
        let (header, extensions, request) = request.into_parts();
        status(request.response_status, &header)?;
        self.check(0, request.expect_compressed, &extensions)?;
        let mut response = Response::new(SimpleResponse {
            payload: Some(payload(request.response_size)?),
            ..SimpleResponse::default()
        });
        if !request
            .response_compressed
            .is_some_and(|wanted| wanted.value)
        {
            response.disable_compression();
        }
        Ok(response)
    }

    async fn cacheable_unary_call(
        &self,
        request: Request<SimpleRequest>,
    ) -> Result<Response<SimpleResponse>, Status> {
        self.unary_call(request).await
    }

    async fn streaming_output_call(
        &self,
        request: Request<StreamingOutputCallRequest>,
    ) -> Result<Response<Responses>, Status> {
        let (sender, receiver) = mpsc::channel(QUEUE);
        let (header, _, request) = request.into_parts();
        tokio::spawn(async move {
            // Whoever has gone wants nothing more.
            if let Err(Some(error)) = respond(request, &header, &sender).await {
                let _ = sender.send(Err(error)).await;
            }
        });
        Ok(Response::new(ReceiverStream::new(receiver)))
    }

    async fn streaming_input_call(
        &self,
        request: Request<Streaming<StreamingInputCallRequest>>,
    ) -> Result<Response<StreamingInputCallResponse>, Status> {
        let (_, extensions, mut requests) = request.into_parts();
        let (mut sum, mut index) = (0, 0);
        while let Some(request) = requests.message().await? {
            self.check(index, request.expect_compressed, &extensions)?;
            index += 1;
            sum += request.payload.map_or(0, |payload| payload.body.len());
        }
        let sum = i32::try_from(sum).map_err(|_| Status::out_of_range("the sum is above 2^31"))?;
        Ok(Response::new(StreamingInputCallResponse {
            aggregated_payload_size: sum,
        }))
    }

    async fn full_duplex_call(
        &self,
        request: Request<Streaming<StreamingOutputCallRequest>>,
    ) -> Result<Response<Responses>, Status> {
        let (sender, receiver) = mpsc::channel(QUEUE);
        let (header, _, mut requests) = request.into_parts();
        let canceled = Arc::clone(&self.canceled);
        tokio::spawn(async move {
            match exchange(&mut requests, &header, &sender).await {
                Ok(()) => {}
                Err(Some(error)) => {
                    let _ = sender.send(Err(error)).await;
                }
                Err(None) if header.contains_key(REPORT) => {
                    canceled.fetch_add(1, Ordering::Relaxed);
                }
                Err(None) => {}
            }
        });
        Ok(Response::new(ReceiverStream::new(receiver)))
    }

    async fn half_duplex_call(
        &self,
        _: Request<Streaming<StreamingOutputCallRequest>>,
    ) -> Result<Response<Responses>, Status> {
        Err(Status::unimplemented("no case calls HalfDuplexCall"))
    }

    /// The suite wants it so.
    async fn unimplemented_call(&self, _: Request<Empty>) -> Result<Response<Empty>, Status> {
        Err(Status::unimplemented(
            "UnimplementedCall is not implemented",
        ))
    }
}

/// A full-duplex call: each request gets its responses when it arrives.
///
/// # Errors
/// The status that the call is to end with; none if its caller has gone.
async fn exchange(
    requests: &mut Streaming<StreamingOutputCallRequest>,
    header: &MetadataMap,
    sender: &Sender,
) -> Result<(), Option<Status>> {
    while let Some(request) = requests.message().await.map_err(|_| None)? {
        respond(request, header, sender).await?;
    }
    Ok(())
}

/// Sends the responses to one request.
///
/// # Errors
/// Those of [`exchange`].
async fn respond(
    request: StreamingOutputCallRequest,
    header: &MetadataMap,
    sender: &Sender,
) -> Result<(), Option<Status>> {
    status(request.response_status, header)?;
    for wanted in request.response_parameters {
        if let Ok(micros @ 1..) = u64::try_from(wanted.interval_us) {
            tokio::select! {
                () = tokio::time::sleep(Duration::from_micros(micros)) => {}
                () = sender.closed() => return Err(None),
            }
        }
        let response = StreamingOutputCallResponse {
            payload: Some(payload(wanted.size)?),
        };
        sender.send(Ok(response)).await.map_err(|_| None)?;
    }
    Ok(())
}

/// The milliseconds that a call was given, which tonic keeps to itself, or `none`.
fn remaining(header: &MetadataMap) -> Result<tonic::metadata::AsciiMetadataValue, Status> {
    let given = header
        .get("grpc-timeout")
        .and_then(|value| value.to_str().ok());
    let text = match given {
        None => "none".to_owned(),
        Some(given) => milliseconds(given)
            .ok_or_else(|| Status::invalid_argument(format!("grpc-timeout {given:?}")))?
            .to_string(),
    };
    text.parse()
        .map_err(|_| Status::internal("a number is ASCII"))
}

/// The value of a `grpc-timeout`.
fn milliseconds(timeout: &str) -> Option<u64> {
    let (number, unit) = timeout.split_at_checked(timeout.len().checked_sub(1)?)?;
    let number: u64 = number.parse().ok()?;
    match unit {
        "H" => number.checked_mul(3_600_000),
        "M" => number.checked_mul(60_000),
        "S" => number.checked_mul(1000),
        "m" => Some(number),
        "u" => Some(number / 1000),
        "n" => Some(number / 1_000_000),
        _ => None,
    }
}

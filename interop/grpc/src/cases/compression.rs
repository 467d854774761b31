//! Messages that are compressed, or not, one by one. A relay tells which ones were.

use anyhow::{Context as _, Result, ensure};
use streamgen_runtime::{Code, Encoding};

use super::failed_with;
use super::streams::has_body;
use super::unary::{self, LARGE_RESPONSE, large_request};
use crate::client::Clients;
use crate::messages::{response_of, zeros};
use crate::relay::Watch;
use crate::stream_gen::grpc::testing::{
    BoolValue, ResponseParameters, SimpleRequest, StreamingInputCallRequest,
    StreamingOutputCallRequest,
};

const FIRST_REQUEST: usize = 27_182;
const SECOND_REQUEST: usize = 45_904;
const FIRST_RESPONSE: usize = 31_415;
const SECOND_RESPONSE: usize = 92_653;

pub(super) async fn client_compressed_unary(clients: &Clients) -> Result<()> {
    let request = |compressed| SimpleRequest {
        expect_compressed: expected(compressed),
        ..large_request()
    };
    // A server that cannot tell would take this one too.
    let probe = clients.test.unary_call(request(true)).await;
    failed_with(Code::INVALID_ARGUMENT, probe)?;

    let call = clients.test.unary_call(request(true));
    unary::has_body(call.encoding(Encoding::GZIP).await?, LARGE_RESPONSE)?;
    ensure_seen(watch(clients)?.requests(), &[true])?;

    unary::has_body(
        clients.test.unary_call(request(false)).await?,
        LARGE_RESPONSE,
    )?;
    ensure_seen(watch(clients)?.requests(), &[false])
}

pub(super) async fn server_compressed_unary(clients: &Clients) -> Result<()> {
    for compressed in [true, false] {
        let request = SimpleRequest {
            response_compressed: expected(compressed),
            ..large_request()
        };
        unary::has_body(clients.test.unary_call(request).await?, LARGE_RESPONSE)?;
        ensure_seen(watch(clients)?.responses(), &[compressed])?;
    }
    Ok(())
}

pub(super) async fn client_compressed_streaming(clients: &Clients) -> Result<()> {
    let request = |size, compressed| StreamingInputCallRequest {
        payload: Some(zeros(size)),
        expect_compressed: expected(compressed),
    };
    let mut probe = clients.test.streaming_input_call().await?;
    // The server may be quicker than the sender; the status tells.
    let _ = probe.send(request(FIRST_REQUEST, true)).await;
    failed_with(Code::INVALID_ARGUMENT, probe.close_and_recv().await)?;

    let call = clients.test.streaming_input_call();
    let mut stream = call.encoding(Encoding::GZIP).await?;
    stream.send(request(FIRST_REQUEST, true)).await?;
    stream.set_message_compression(false);
    stream.send(request(SECOND_REQUEST, false)).await?;
    let sum = stream.close_and_recv().await?.aggregated_payload_size;
    ensure!(sum == 73_086, "want a sum of 73086, got {sum}");
    ensure_seen(watch(clients)?.requests(), &[true, false])
}

pub(super) async fn server_compressed_streaming(clients: &Clients) -> Result<()> {
    let wanted = |size, compressed| ResponseParameters {
        compressed: expected(compressed),
        ..response_of(size)
    };
    let request = StreamingOutputCallRequest {
        response_parameters: vec![wanted(FIRST_RESPONSE, true), wanted(SECOND_RESPONSE, false)],
        ..StreamingOutputCallRequest::default()
    };
    let mut stream = clients.test.streaming_output_call(request).await?;
    has_body(stream.recv().await?, FIRST_RESPONSE)?;
    has_body(stream.recv().await?, SECOND_RESPONSE)?;
    ensure!(stream.recv().await?.is_none(), "more than two responses");
    ensure_seen(watch(clients)?.responses(), &[true, false])
}

fn expected(compressed: bool) -> Option<BoolValue> {
    Some(BoolValue { value: compressed })
}

fn watch(clients: &Clients) -> Result<&Watch> {
    clients.watch.as_ref().context("there is no relay")
}

fn ensure_seen(seen: Vec<bool>, want: &[bool]) -> Result<()> {
    ensure!(
        seen == want,
        "want messages compressed {want:?}, saw {seen:?}"
    );
    Ok(())
}

//! Messages in each direction.

use anyhow::{Context as _, Result, ensure};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;

use super::{has_body, requests};
use crate::client::Clients;
use crate::messages::pb::{
    Empty, SimpleRequest, StreamingInputCallRequest, StreamingOutputCallRequest,
};
use crate::messages::{exchange, response_of, zeros};

const REQUESTS: [usize; 4] = [27_182, 8, 1_828, 45_904];
const RESPONSES: [usize; 4] = [31_415, 9, 2_653, 58_979];
pub(super) const LARGE_RESPONSE: usize = 314_159;

pub(super) async fn empty_unary(clients: &mut Clients) -> Result<()> {
    clients.test.empty_call(Empty {}).await?;
    Ok(())
}

pub(super) async fn large_unary(clients: &mut Clients) -> Result<()> {
    let response = clients.test.unary_call(large_request()).await?;
    has_body(response.into_inner().payload, LARGE_RESPONSE)
}

/// The suite's large request for a large response.
pub(super) fn large_request() -> SimpleRequest {
    SimpleRequest {
        response_size: LARGE_RESPONSE as i32,
        payload: Some(zeros(271_828)),
        ..SimpleRequest::default()
    }
}

pub(super) async fn client_streaming(clients: &mut Clients) -> Result<()> {
    let sent = REQUESTS.map(|size| StreamingInputCallRequest {
        payload: Some(zeros(size)),
        ..StreamingInputCallRequest::default()
    });
    let response = clients.test.streaming_input_call(requests(sent)).await?;
    let sum = response.into_inner().aggregated_payload_size;
    ensure!(sum == 74_922, "want a sum of 74922, got {sum}");
    Ok(())
}

pub(super) async fn server_streaming(clients: &mut Clients) -> Result<()> {
    let request = StreamingOutputCallRequest {
        response_parameters: RESPONSES.map(response_of).to_vec(),
        ..StreamingOutputCallRequest::default()
    };
    let stream = clients.test.streaming_output_call(request).await?;
    let mut stream = stream.into_inner();
    for size in RESPONSES {
        let response = stream.message().await?.context("the stream ended")?;
        has_body(response.payload, size)?;
    }
    ensure!(
        stream.message().await?.is_none(),
        "more than four responses"
    );
    Ok(())
}

pub(super) async fn ping_pong(clients: &mut Clients) -> Result<()> {
    let (sender, receiver) = mpsc::channel(1);
    let mut turns = REQUESTS.into_iter().zip(RESPONSES);
    let (request, mut size) = turns.next().context("four of them")?;
    // tonic waits for the header, which a server may send with its first response.
    sender.send(exchange(request, size)).await?;
    let stream = clients.test.full_duplex_call(ReceiverStream::new(receiver));
    let mut stream = stream.await?.into_inner();
    loop {
        let response = stream.message().await?.context("the stream ended")?;
        has_body(response.payload, size)?;
        let Some((request, next)) = turns.next() else {
            break;
        };
        size = next;
        sender.send(exchange(request, size)).await?;
    }
    drop(sender);
    ensure!(
        stream.message().await?.is_none(),
        "more than four responses"
    );
    Ok(())
}

pub(super) async fn empty_stream(clients: &mut Clients) -> Result<()> {
    let stream = clients.test.full_duplex_call(requests([])).await?;
    let response = stream.into_inner().message().await?;
    ensure!(response.is_none(), "a response to nothing");
    Ok(())
}

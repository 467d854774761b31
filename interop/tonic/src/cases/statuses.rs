//! Metadata, and statuses other than success.

use anyhow::{Context as _, Result, ensure};
use tonic::metadata::{MetadataMap, MetadataValue};
use tonic::{Code, Request, Status};

use super::{failed_with, has_body, requests};
use crate::client::Clients;
use crate::messages::pb::{EchoStatus, Empty, SimpleRequest, StreamingOutputCallRequest};
use crate::messages::{DETAILS, ECHO_INITIAL, ECHO_TRAILING, details, exchange, zeros};

const INITIAL: &str = "test_initial_metadata_value";
const TRAILING: [u8; 3] = [0xab; 3];

pub(super) async fn custom_metadata(clients: &mut Clients) -> Result<()> {
    let request = SimpleRequest {
        response_size: 1,
        payload: Some(zeros(1)),
        ..SimpleRequest::default()
    };
    let response = clients.test.unary_call(with_metadata(request)).await?;
    // tonic makes one map of header and trailers.
    came_back(response.metadata(), response.metadata())?;
    has_body(response.into_inner().payload, 1)?;

    let sent = with_metadata(requests([exchange(1, 1)]));
    let response = clients.test.full_duplex_call(sent).await?;
    let (header, mut stream, _) = response.into_parts();
    let message = stream.message().await?.context("no response")?;
    has_body(message.payload, 1)?;
    ensure!(stream.message().await?.is_none(), "more than one response");
    let trailers = stream.trailers().await?.context("no trailers")?;
    came_back(&header, &trailers)
}

fn with_metadata<T>(message: T) -> Request<T> {
    let mut request = Request::new(message);
    let metadata = request.metadata_mut();
    metadata.insert(ECHO_INITIAL, MetadataValue::from_static(INITIAL));
    metadata.insert_bin(ECHO_TRAILING, MetadataValue::from_bytes(&TRAILING));
    request
}

fn came_back(header: &MetadataMap, trailer: &MetadataMap) -> Result<()> {
    let values: Vec<_> = header.get_all(ECHO_INITIAL).iter().collect();
    ensure!(values == [INITIAL], "header {ECHO_INITIAL}: {values:?}");
    let values: Vec<_> = trailer.get_all_bin(ECHO_TRAILING).iter().collect();
    let [value] = values[..] else {
        anyhow::bail!("trailer {ECHO_TRAILING}: {values:?}");
    };
    ensure!(value.to_bytes()?[..] == TRAILING, "trailer {value:?}");
    Ok(())
}

pub(super) async fn status_code_and_message(clients: &mut Clients) -> Result<()> {
    let asked = EchoStatus {
        code: 2,
        message: "test status message".to_owned(),
    };
    fails_as_asked(clients, &asked, "x-unused").await?;
    Ok(())
}

pub(super) async fn special_status_message(clients: &mut Clients) -> Result<()> {
    let asked = EchoStatus {
        code: 2,
        message: "\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n".to_owned(),
    };
    fails_as_asked(clients, &asked, "x-unused").await?;
    Ok(())
}

pub(super) async fn status_details(clients: &mut Clients) -> Result<()> {
    let asked = EchoStatus {
        code: 9,
        message: "with details é".to_owned(),
    };
    for status in fails_as_asked(clients, &asked, DETAILS).await? {
        let (found, want) = (status.details(), details(&asked));
        ensure!(found == want, "want details {want:?}, got {found:?}");
    }
    Ok(())
}

/// The statuses of a unary call and of a stream that ask for one, with a header of this name.
async fn fails_as_asked(
    clients: &mut Clients,
    asked: &EchoStatus,
    header: &'static str,
) -> Result<[Status; 2]> {
    let mut request = Request::new(SimpleRequest {
        response_status: Some(asked.clone()),
        ..SimpleRequest::default()
    });
    let on = MetadataValue::from_static("1");
    request.metadata_mut().insert(header, on.clone());
    let unary = clients.test.unary_call(request).await;

    let mut request = Request::new(requests([StreamingOutputCallRequest {
        response_status: Some(asked.clone()),
        ..StreamingOutputCallRequest::default()
    }]));
    request.metadata_mut().insert(header, on);
    let stream = match clients.test.full_duplex_call(request).await {
        Ok(stream) => stream.into_inner().message().await,
        Err(status) => Err(status),
    };
    let code = Code::from(asked.code);
    let statuses = [failed_with(code, unary)?, failed_with(code, stream)?];
    for status in &statuses {
        let message = status.message();
        ensure!(message == asked.message, "message {message:?}");
    }
    Ok(statuses)
}

pub(super) async fn unimplemented_method(clients: &mut Clients) -> Result<()> {
    let outcome = clients.test.unimplemented_call(Empty {}).await;
    failed_with(Code::Unimplemented, outcome)?;
    Ok(())
}

pub(super) async fn unimplemented_service(clients: &mut Clients) -> Result<()> {
    let outcome = clients.unimplemented.unimplemented_call(Empty {}).await;
    failed_with(Code::Unimplemented, outcome)?;
    Ok(())
}

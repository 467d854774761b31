//! Statuses other than success.

use anyhow::{Result, ensure};
use streamgen_runtime::{Code, Error, Metadata};

use super::failed_with;
use crate::client::Clients;
use crate::messages::{DETAILS, details};
use crate::stream_gen::grpc::testing::{
    EchoStatus, Empty, SimpleRequest, StreamingOutputCallRequest,
};

pub(super) async fn status_code_and_message(clients: &Clients) -> Result<()> {
    const MESSAGE: &str = "test status message";
    says(MESSAGE, clients.test.unary_call(asking_for(MESSAGE)).await)?;

    let mut stream = clients.test.full_duplex_call().await?;
    let request = StreamingOutputCallRequest {
        response_status: Some(unknown(MESSAGE)),
        ..StreamingOutputCallRequest::default()
    };
    stream.send(request).await?;
    stream.close_send().await?;
    says(MESSAGE, stream.recv().await)
}

pub(super) async fn special_status_message(clients: &Clients) -> Result<()> {
    const MESSAGE: &str = "\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n";
    says(MESSAGE, clients.test.unary_call(asking_for(MESSAGE)).await)
}

/// Details of a status come with it, of a unary call and of a stream.
pub(super) async fn status_details(clients: &Clients) -> Result<()> {
    let asked = EchoStatus {
        code: Code::FAILED_PRECONDITION.into(),
        message: "with details é".to_owned(),
    };
    let request = SimpleRequest {
        response_status: Some(asked.clone()),
        ..SimpleRequest::default()
    };
    let header = Metadata::from([(DETAILS, "1")]);
    let call = clients.test.unary_call(request).header(header.clone());
    has_details(&asked, call.await)?;

    let mut stream = clients.test.full_duplex_call().header(header).await?;
    let request = StreamingOutputCallRequest {
        response_status: Some(asked.clone()),
        ..StreamingOutputCallRequest::default()
    };
    stream.send(request).await?;
    has_details(&asked, stream.recv().await)
}

/// Every encoder writes the fields of a status in the order of their numbers.
fn has_details<T>(asked: &EchoStatus, outcome: Result<T, Error>) -> Result<()> {
    let error = failed_with(asked.code.into(), outcome)?;
    ensure!(error.message() == asked.message, "{:?}", error.message());
    let (found, want) = (error.status_details(), details(asked));
    ensure!(found == &want, "want details {want:?}, got {found:?}");
    Ok(())
}

pub(super) async fn unimplemented_method(clients: &Clients) -> Result<()> {
    let outcome = clients.test.unimplemented_call(Empty {}).await;
    failed_with(Code::UNIMPLEMENTED, outcome)?;
    Ok(())
}

pub(super) async fn unimplemented_service(clients: &Clients) -> Result<()> {
    let outcome = clients.unimplemented.unimplemented_call(Empty {}).await;
    failed_with(Code::UNIMPLEMENTED, outcome)?;
    Ok(())
}

fn asking_for(message: &str) -> SimpleRequest {
    SimpleRequest {
        response_status: Some(unknown(message)),
        ..SimpleRequest::default()
    }
}

fn unknown(message: &str) -> EchoStatus {
    EchoStatus {
        code: Code::UNKNOWN.into(),
        message: message.to_owned(),
    }
}

fn says<T>(message: &str, outcome: Result<T, Error>) -> Result<()> {
    let error = failed_with(Code::UNKNOWN, outcome)?;
    ensure!(
        error.message() == message,
        "want message {message:?}, got {:?}",
        error.message()
    );
    Ok(())
}

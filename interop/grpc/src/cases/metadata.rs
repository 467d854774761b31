//! Headers that come back as header and as trailer.

use anyhow::{Result, ensure};
use streamgen_runtime::Metadata;

use super::streams::{exchange, has_body};
use super::unary;
use crate::client::Clients;
use crate::messages::{ECHO_INITIAL, ECHO_TRAILING, zeros};
use crate::stream_gen::grpc::testing::SimpleRequest;

const INITIAL: &str = "test_initial_metadata_value";
const TRAILING: [u8; 3] = [0xab; 3];

pub(super) async fn custom_metadata(clients: &Clients) -> Result<()> {
    let request = SimpleRequest {
        response_size: 1,
        payload: Some(zeros(1)),
        ..SimpleRequest::default()
    };
    let call = clients.test.unary_call(request).header(sent());
    let answer = call.with_metadata().await?;
    unary::has_body(answer.message, 1)?;
    came_back(&answer.header, &answer.trailer)?;

    let mut stream = clients.test.full_duplex_call().header(sent()).await?;
    stream.send(exchange(1, 1)).await?;
    let header = stream.header().await?;
    has_body(stream.recv().await?, 1)?;
    stream.close_send().await?;
    ensure!(stream.recv().await?.is_none(), "more than one response");
    came_back(&header, &stream.trailer().await?)
}

fn sent() -> Metadata {
    let mut header = Metadata::from([(ECHO_INITIAL, INITIAL)]);
    header.insert_bin(ECHO_TRAILING, TRAILING);
    header
}

fn came_back(header: &Metadata, trailer: &Metadata) -> Result<()> {
    let values: Vec<_> = header.get_all(ECHO_INITIAL).collect();
    ensure!(values == [INITIAL], "header {ECHO_INITIAL}: {values:?}");
    let count = trailer.get_all(ECHO_TRAILING).count();
    let value = trailer.get_bin(ECHO_TRAILING);
    ensure!(
        count == 1 && value.as_deref() == Some(&TRAILING),
        "trailer {ECHO_TRAILING}: {count} of them, the first is {value:?}"
    );
    Ok(())
}

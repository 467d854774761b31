//! The guide's programs with our client: what each of them receives, a line for each message.

use interop_suites::CONNECTED;
use streamgen_dynamic::Provider;
use streamgen_dynamic::client::{CallError, JsonClient};
use streamgen_runtime::Transport;
use streamgen_runtime::client::Channel;

use crate::Idl;

pub(crate) fn client(idl: Idl, wire: Transport, address: &str) -> JsonClient {
    let channel = Channel::builder("streaming_service")
        .address(address.to_owned())
        .transport(wire)
        .connect_timeout(CONNECTED)
        .build();
    client_over(idl, channel.expect("it has an address"))
}

pub(crate) fn client_over(idl: Idl, channel: Channel) -> JsonClient {
    let schema = Provider::file(idl.path()).load().expect("the IDL is right");
    let service = schema.service(idl.service).expect("it is there");
    JsonClient::new(&service, channel).expect("there are few services")
}

pub(crate) async fn told(
    idl: Idl,
    wire: Transport,
    client: &JsonClient,
) -> Result<String, CallError> {
    let mut lines = Vec::new();
    let mut stream = client.client_streaming(idl.client).await?;
    for number in 0..3 {
        let request =
            format!(r#"{{"message": "grpc client streaming generic {number}th request"}}"#);
        stream.send(&request).await?;
    }
    lines.push(format!("client {}", stream.close_and_recv().await?));

    let request = r#"{"message": "grpc server streaming generic request"}"#;
    let mut stream = client.server_streaming(idl.server, request).await?;
    while let Some(response) = stream.recv().await? {
        lines.push(format!("server {response}"));
    }
    lines.push("server end".to_owned());

    lines.extend(bidi(idl, client).await?);
    let unary = idl.unary.filter(|_| wire == Transport::Grpc);
    for method in [Some(idl.call), unary].into_iter().flatten() {
        let reply = client
            .call(method, r#"{"message": "unary request"}"#)
            .await?;
        lines.push(format!("call {reply}"));
    }
    Ok(lines.join("\n") + "\n")
}

/// Sends in one task and receives in another.
async fn bidi(idl: Idl, client: &JsonClient) -> Result<Vec<String>, CallError> {
    let (mut sender, mut receiver) = client.bidi_streaming(idl.bidi).await?.split();
    let sent = tokio::spawn(async move {
        for number in 0..3 {
            let request = format!(
                r#"{{"message": "grpc bidirectional streaming generic {number}th request"}}"#
            );
            sender.send(&request).await?;
        }
        sender.close().await
    });
    let mut lines = Vec::new();
    while let Some(response) = receiver.recv().await? {
        lines.push(format!("bidi {response}"));
    }
    lines.push("bidi end".to_owned());
    sent.await.expect("no panic")?;
    Ok(lines)
}

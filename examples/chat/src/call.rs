//! The calls.

use streamgen_runtime::{Message, Result, ServerStreamingClient};

use crate::stream_gen::chat::Prompt;
use crate::stream_gen::chat::chat::ChatClient;
use crate::thrift_gen::chat::thrift_chat::ThriftChatClient;
use crate::thrift_gen::chat::{self as thrift};

const QUESTION: &str = "What is a stream?";

/// Asks over gRPC, and then over TTHeader Streaming. A Protobuf service has streams on gRPC only; those of
/// a Thrift service generated with `-streamx` are on TTHeader Streaming, unless the client chooses gRPC.
///
/// # Errors
/// A call fails.
pub async fn call(address: &str) -> Result<()> {
    over_grpc(address).await?;
    over_ttheader(address).await
}

/// Asks the Protobuf service.
///
/// # Errors
/// The call fails.
pub async fn over_grpc(address: &str) -> Result<()> {
    let client = ChatClient::builder("chat")
        .address(address.to_owned())
        .build()?;
    let text = QUESTION.to_owned();
    let stream = client.answer(Prompt { text }).await?;
    read_five(stream, |token| {
        println!("token {}: {}", token.index, token.text)
    })
    .await
}

/// Asks the Thrift service.
///
/// # Errors
/// The call fails.
pub async fn over_ttheader(address: &str) -> Result<()> {
    let client = ThriftChatClient::builder("chat")
        .address(address.to_owned())
        .build()?;
    let text = QUESTION.into();
    let stream = client.answer(thrift::Prompt { text }).await?;
    read_five(stream, |token| {
        println!("token {}: {}", token.index, token.text)
    })
    .await
}

/// Reads five tokens of the answer, and then stops the call.
async fn read_five<T: Message>(
    mut stream: ServerStreamingClient<T>,
    show: impl Fn(T),
) -> Result<()> {
    for _ in 0..5 {
        let Some(token) = stream.recv().await? else {
            break;
        };
        show(token);
    }
    drop(stream); // cancels the call: on the wire a reset of its stream
    println!("client: stopped");
    Ok(())
}

//! The call.

use streamgen_runtime::Result;

use crate::stream_gen::chat::Prompt;
use crate::stream_gen::chat::chat::ChatClient;

/// Reads five tokens of the answer, and has read enough.
///
/// # Errors
/// The call fails.
pub async fn call(address: &str) -> Result<()> {
    let client = ChatClient::builder("chat")
        .address(address.to_owned())
        .build()?;
    let text = "What is a stream?".to_owned();
    let mut stream = client.answer(Prompt { text }).await?;
    for _ in 0..5 {
        let Some(token) = stream.recv().await? else {
            break;
        };
        println!("token {}: {}", token.index, token.text);
    }
    drop(stream); // cancels the call: on the wire a reset of its stream
    println!("client: stopped");
    Ok(())
}

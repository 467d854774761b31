//! The call.

use streamgen_runtime::{Error, Result};

use crate::stream_gen::sqrt::SqrtRequest;
use crate::stream_gen::sqrt::sqrt::SqrtClient;

/// Prints the square roots of 0 to 9: one task sends, another receives.
///
/// # Errors
/// The call fails.
pub async fn call(address: &str) -> Result<()> {
    let client = SqrtClient::builder("sqrt")
        .address(address.to_owned())
        .build()?;
    let (mut sender, mut receiver) = client.sqrt().await?.split();
    let sending = tokio::spawn(async move {
        for number in 0..10 {
            let number = f64::from(number);
            sender.send(SqrtRequest { number }).await?;
        }
        sender.close().await // or the server would wait for more
    });
    while let Some(response) = receiver.recv().await? {
        println!("received {}", response.sqrt);
    }
    println!("server closed");
    let sent = sending.await;
    sent.map_err(|error| Error::application(error.to_string()))?
}

//! The call.

use streamgen_runtime::Result;

use crate::stream_gen::pow::PowRequest;
use crate::stream_gen::pow::pow::PowClient;

/// Prints the powers of 2.
///
/// # Errors
/// The call fails.
pub async fn call(address: &str) -> Result<()> {
    let client = PowClient::builder("pow")
        .address(address.to_owned())
        .build()?;
    let mut stream = client.pow(PowRequest { number: 2 }).await?;
    while let Some(response) = stream.recv().await? {
        println!("received {}", response.number);
    }
    println!("server closed");
    Ok(())
}

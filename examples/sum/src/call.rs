//! The call.

use streamgen_runtime::Result;

use crate::stream_gen::sum::SumRequest;
use crate::stream_gen::sum::sum::SumClient;

/// Prints the sum of 0 to 9.
///
/// # Errors
/// The call fails.
pub async fn call(address: &str) -> Result<()> {
    let client = SumClient::builder("sum")
        .address(address.to_owned())
        .build()?;
    let mut stream = client.sum().await?;
    for number in 0..10 {
        stream.send(SumRequest { number }).await?;
    }
    let response = stream.close_and_recv().await?;
    println!("sum: {}", response.sum);
    Ok(())
}

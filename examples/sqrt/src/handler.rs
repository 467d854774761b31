//! The handler.

use streamgen_runtime::{BidiStreamingServer, Context, Error, Result};
use tokio::sync::mpsc;

use crate::stream_gen::sqrt::sqrt::Sqrt;
use crate::stream_gen::sqrt::{SqrtRequest, SqrtResponse};

/// Takes square roots.
#[derive(Debug)]
pub struct Roots;

impl Sqrt for Roots {
    /// One half receives while the other sends, with a short queue between them.
    async fn sqrt(
        &self,
        _cx: Context,
        stream: BidiStreamingServer<SqrtRequest, SqrtResponse>,
    ) -> Result<()> {
        let (mut sender, mut receiver) = stream.split();
        let (numbers, mut received) = mpsc::channel::<f64>(8);
        let sending = tokio::spawn(async move {
            while let Some(number) = received.recv().await {
                let sqrt = number.sqrt();
                sender.send(SqrtResponse { sqrt }).await?;
            }
            Ok(())
        });
        while let Some(req) = receiver.recv().await? {
            println!("server: received {}", req.number);
            if numbers.send(req.number).await.is_err() {
                break; // the other task could not send
            }
        }
        drop(numbers);
        let sent = sending.await;
        sent.map_err(|error| Error::application(error.to_string()))?
    }
}

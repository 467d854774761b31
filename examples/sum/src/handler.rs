//! The handler.

use streamgen_runtime::{ClientStreamingServer, Code, Context, Error, Result};

use crate::stream_gen::sum::sum::Sum;
use crate::stream_gen::sum::{SumRequest, SumResponse};

/// Adds numbers.
#[derive(Debug)]
pub struct Adder;

impl Sum for Adder {
    async fn sum(
        &self,
        _cx: Context,
        mut stream: ClientStreamingServer<SumRequest>,
    ) -> Result<SumResponse> {
        let mut sum = 0_i64;
        while let Some(req) = stream.recv().await? {
            println!("server: received {}", req.number);
            let too_large = || Error::grpc_status(Code::OUT_OF_RANGE, "not an int64 any more");
            sum = sum.checked_add(req.number).ok_or_else(too_large)?;
        }
        println!("server: the client is done");
        Ok(SumResponse { sum })
    }
}

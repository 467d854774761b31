//! The handler.

use streamgen_runtime::{Code, Context, Error, Result, ServerStreamingServer};

use crate::stream_gen::pow::pow::Pow;
use crate::stream_gen::pow::{PowRequest, PowResponse};

/// Raises numbers to powers.
#[derive(Debug)]
pub struct Powers;

impl Pow for Powers {
    async fn pow(
        &self,
        _cx: Context,
        req: PowRequest,
        mut stream: ServerStreamingServer<PowResponse>,
    ) -> Result<()> {
        println!("server: received {}", req.number);
        for exponent in 0..10 {
            let power = req.number.checked_pow(exponent);
            // The status that the client gets after the powers that fit.
            let too_large = || Error::grpc_status(Code::OUT_OF_RANGE, "not an int64 any more");
            let number = power.ok_or_else(too_large)?;
            stream.send(PowResponse { number }).await?;
        }
        Ok(()) // ends the stream
    }
}

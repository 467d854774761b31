//! Streams as the side holds them that opened them.

mod bidi;
mod client_streaming;
mod server_streaming;
mod split;

pub use bidi::BidiStreamingClient;
pub use client_streaming::ClientStreamingClient;
pub use server_streaming::ServerStreamingClient;
pub use split::{BidiReceiver, BidiSender};

/// `cancel`, `cancel_handle` and `finish` of a client's stream.
macro_rules! cancel_methods {
    () => {
        /// Ends the stream at once (12007 on TTHeader Streaming, status 1 on gRPC): the server's
        /// handler is cancelled. Messages that have arrived can still be received.
        pub fn cancel(&mut self) {
            self.cancel.raw().cancel($crate::error::CancelReason::User);
        }

        /// Ends the call for a client that has what it wants before the stream ends, as Kitex's
        /// `streaming.FinishClientStream` does. For spans, metrics and
        /// [tracers](crate::middleware::Tracer) the call is over without an error.
        ///
        /// Then the stream is cancelled, as by dropping it. Dropping is the same for tracers, but a
        /// span and the metrics take it for a cancel.
        pub fn finish(self) {
            self.cancel.finish();
        }

        /// A handle that can cancel the stream while another task waits for a message.
        #[must_use]
        pub fn cancel_handle(&self) -> $crate::streaming::CancelHandle {
            self.cancel.handle()
        }
    };
}

/// `header` and `trailer` of a client's stream.
macro_rules! metadata_methods {
    () => {
        /// The server's header. Waits until it arrives, at the latest with the first message; may
        /// be asked for again. Empty if the server sent none and ended with an empty trailer.
        ///
        /// Cancel safe.
        ///
        /// # Errors
        /// The stream ended without a header.
        pub async fn header(&mut self) -> $crate::error::Result<$crate::metadata::Metadata> {
            std::future::poll_fn(|cx| self.cancel.raw().poll_header(cx)).await
        }

        /// The server's trailer. Waits until the server has ended the stream, received or not; may
        /// be asked for again, also after a business error or another error of the handler.
        ///
        /// Cancel safe.
        ///
        /// # Errors
        /// The stream ended without a trailer: cancelled, timed out, or the connection was lost.
        pub async fn trailer(&mut self) -> $crate::error::Result<$crate::metadata::Metadata> {
            std::future::poll_fn(|cx| self.cancel.raw().poll_trailer(cx)).await
        }
    };
}

use {cancel_methods, metadata_methods};

//! Streams as their handler holds them.
//!
//! Dropping one of these does nothing: a stream ends when its handler returns.

mod bidi;
mod client_streaming;
mod server_streaming;

pub use bidi::{BidiServerReceiver, BidiServerSender, BidiStreamingServer};
pub use client_streaming::ClientStreamingServer;
pub use server_streaming::ServerStreamingServer;

/// The method for the call's context. `$context` is where it is.
macro_rules! context_method {
    (|$this:ident| $context:expr) => {
        /// The context of the call: who calls, with which metainfo, until when. On the StreamX
        /// surface, it is the one that the handler is given besides. Clones are cheap and outlive
        /// the stream.
        #[must_use]
        pub fn context(&self) -> &$crate::context::Context {
            let $this = self;
            $context
        }
    };
}

/// Methods for the header and the trailer of a handler's stream. `$raw` is the field that holds its
/// `ServerRaw`.
macro_rules! metadata_methods {
    (|$this:ident| $raw:expr) => {
        /// Adds to the header, which goes out with the first message, with
        /// [`send_header`](Self::send_header) or at the handler's return, whichever is first.
        ///
        /// # Errors
        /// `stream header already sent`; pairs that the wire cannot carry. The header is as before.
        pub fn set_header(
            &mut self,
            header: impl Into<$crate::metadata::Metadata>,
        ) -> $crate::error::Result<()> {
            let $this = self;
            $raw.set_header(header.into())
        }

        /// Adds to the header and sends it now.
        ///
        /// # Errors
        /// Those of [`set_header`](Self::set_header); what the stream ended with.
        pub fn send_header(
            &mut self,
            header: impl Into<$crate::metadata::Metadata>,
        ) -> $crate::error::Result<()> {
            let $this = self;
            $raw.send_header(header.into())
        }

        /// Adds to the trailer, which goes out when the handler has returned, also with an error.
        ///
        /// # Errors
        /// `stream trailer already sent`; a key that begins with `biz-`, which Kitex reserves; pairs
        /// that the wire cannot carry. The trailer is as before.
        pub fn set_trailer(
            &mut self,
            trailer: impl Into<$crate::metadata::Metadata>,
        ) -> $crate::error::Result<()> {
            let $this = self;
            $raw.set_trailer(trailer.into())
        }
    };
}

use {context_method, metadata_methods};

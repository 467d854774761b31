//! The header and the trailer that a handler has set, until they are sent.

use std::mem::take;

use super::ServerStream;
use crate::error::{Error, Result, Side};
use crate::metadata::Metadata;
use crate::wire::ttheader::frame::{FrameKind, check_pairs, str_key};
use crate::wire::ttheader::state::effects::Outgoing;
use crate::wire::ttheader::state::errors::{illegal_frame, misuse};

/// The maps that the handler has set, until they are sent.
#[derive(Debug, Default)]
pub(super) struct Unsent {
    pub(super) header: Metadata,
    pub(super) trailer: Metadata,
}

impl ServerStream {
    /// Merges `pairs` into the header map, which goes out with the first message, the TRAILER or
    /// [`ServerStream::send_header`], whichever is first.
    ///
    /// # Errors
    /// `stream header already sent`; 12004 if the merged map is too large for a frame, and then
    /// it is as before.
    pub fn set_header(&mut self, pairs: Metadata) -> Result<()> {
        if self.header_sent {
            return Err(misuse("stream header already sent"));
        }
        let unsent = self.unsent.get_or_insert_default();
        merge_checked(&mut unsent.header, pairs, &self.method)
    }

    /// Merges `pairs` and returns the HEADER to write now.
    ///
    /// # Errors
    /// Those of [`ServerStream::set_header`].
    pub fn send_header(&mut self, pairs: Metadata) -> Result<Outgoing> {
        self.set_header(pairs)?;
        self.take_header()
            .ok_or_else(|| misuse("stream header already sent"))
    }

    /// Merges `pairs` into the trailer map, which goes out when the handler has returned.
    ///
    /// # Errors
    /// A key that begins with `biz-` (2.4); `stream trailer already sent`; 12004 if the merged map
    /// is too large for a frame. In all three cases the map is as before.
    pub fn set_trailer(&mut self, pairs: Metadata) -> Result<()> {
        if self.trailer_sent {
            return Err(misuse("stream trailer already sent"));
        }
        if let Some((key, _)) = pairs
            .iter()
            .find(|(key, _)| key.starts_with(str_key::BIZ_PREFIX))
        {
            let text = format!("trailer key `{key}` is reserved for business errors");
            return Err(Error::invalid_argument(text));
        }
        let unsent = self.unsent.get_or_insert_default();
        merge_checked(&mut unsent.trailer, pairs, &self.method)
    }

    #[inline]
    pub(super) fn take_header(&mut self) -> Option<Outgoing> {
        if self.header_sent {
            return None;
        }
        self.header_sent = true;
        let unsent = self.unsent.as_mut();
        Some(Outgoing::Header {
            ints: Vec::new(),
            strings: unsent.map_or_else(Metadata::new, |unsent| take(&mut unsent.header)),
        })
    }
}

/// Merges `pairs` into `map`, if a frame can carry the result. Kitex notices only when writing,
/// and then closes the connection (defect 9.6).
fn merge_checked(map: &mut Metadata, pairs: Metadata, method: &str) -> Result<()> {
    let mut merged = map.clone();
    merged.merge(pairs);
    check_pairs(FrameKind::Header, method, &merged)
        .map_err(|error| illegal_frame(Side::Server, error))?;
    *map = merged;
    Ok(())
}

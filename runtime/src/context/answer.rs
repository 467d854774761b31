//! What the handler of a call without stream sends besides its result.

use std::sync::MutexGuard;

use faststr::FastStr;

use super::Context;
use crate::call::{Answer, CallAbilities};
use crate::error::Result;
use crate::metadata::Metadata;
use crate::sync::lock;

impl Context {
    /// Sends a value back with the reply of a ping-pong call, on wires that can carry it (TTHeader;
    /// gRPC, in the trailer). Otherwise does nothing and returns false: on streams, which have a
    /// header and a trailer for this, on other wires, and on a context that belongs to no call.
    pub fn send_backward(&self, key: impl Into<FastStr>, value: impl Into<FastStr>) -> bool {
        let Some(mut answer) = self.answer(|wire| wire.backward) else {
            return false;
        };
        answer.trailer.insert(key, value);
        true
    }

    /// Merges into the header of the response to a gRPC call without stream. Streams have
    /// `set_header` of their own: there, and on other wires, this does nothing and gives `false`.
    ///
    /// # Errors
    /// Pairs that cannot be headers.
    pub fn set_header(&self, header: impl Into<Metadata>) -> Result<bool> {
        self.merge(header.into(), |answer| &mut answer.header)
    }

    /// Merges into the trailer of a gRPC call without stream; see [`Context::set_header`].
    ///
    /// # Errors
    /// Pairs that cannot be headers.
    pub fn set_trailer(&self, trailer: impl Into<Metadata>) -> Result<bool> {
        self.merge(trailer.into(), |answer| &mut answer.trailer)
    }

    /// Whether the response to a gRPC call without stream is compressed, if the call has an
    /// encoding. It is, unless told otherwise. Streams have `set_message_compression` of their own:
    /// there, and on other wires, this does nothing and gives `false`.
    pub fn set_message_compression(&self, on: bool) -> bool {
        let Some(mut answer) = self.answer(|wire| wire.compression) else {
            return false;
        };
        answer.uncompressed = !on;
        true
    }

    fn merge(&self, pairs: Metadata, place: fn(&mut Answer) -> &mut Metadata) -> Result<bool> {
        let check = self.0.call.as_ref().and_then(|call| call.abilities.header);
        let (Some(check), Some(mut answer)) = (check, self.answer(|_| true)) else {
            return Ok(false);
        };
        check(&pairs)?;
        place(&mut answer).merge(pairs);
        Ok(true)
    }

    /// The place for what the server sends together with the result. `None` if the call has a
    /// stream, or its wire cannot carry the value that `carries` asks for.
    fn answer(&self, carries: fn(&CallAbilities) -> bool) -> Option<MutexGuard<'_, Answer>> {
        let (call, answer) = (self.0.call.as_ref()?, self.0.answer.as_ref()?);
        let answer = carries(call.abilities).then_some(answer)?;
        Some(lock(answer))
    }
}

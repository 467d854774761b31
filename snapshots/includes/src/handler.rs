//! The handlers. This file is yours: streamgen wrote it once, and adds what the IDL gets.

use streamgen_runtime::{Context, Error, Result, ServerStreamingServer};

use crate::stream_gen::shop::orders;

/// Answers `Orders`.
#[derive(Clone, Debug, Default)]
pub struct OrdersImpl;

impl orders::orders::Orders for OrdersImpl {
    async fn list(
        &self,
        _cx: Context,
        _limit: i32,
    ) -> Result<Vec<crate::stream_gen::shop::stock::Article>> {
        let error = Error::application("Orders.list is not implemented");
        Err(error)
    }

    async fn place(
        &self,
        _cx: Context,
        _order: orders::Order,
    ) -> Result<orders::Order, orders::orders::PlaceError> {
        let error = Error::application("Orders.place is not implemented");
        Err(error.into())
    }

    async fn track(
        &self,
        _cx: Context,
        _order: orders::Order,
        _stream: ServerStreamingServer<orders::Order>,
    ) -> Result<()> {
        let error = Error::application("Orders.track is not implemented");
        Err(error)
    }
}

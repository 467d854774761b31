//! The handlers. This file is yours: streamgen wrote it once, and adds what the IDL gets.

use streamgen_runtime::{Context, Error, Result};

use crate::stream_gen::shop::orders;

/// Answers `Orders`.
#[derive(Clone, Debug, Default)]
pub struct OrdersImpl;

impl orders::orders::Orders for OrdersImpl {
    async fn place(
        &self,
        _cx: Context,
        _req: orders::Order,
    ) -> Result<crate::stream_gen::shop::Address> {
        let error = Error::application("Orders.Place is not implemented");
        Err(error)
    }
}

//! The handlers of both services.

use streamgen_runtime::{
    BidiStreamingServer, BizStatusError, Context, Result, ServerStreamingServer,
};

use crate::prices::list::CENTS;
use crate::stream_gen::money::Amount;
use crate::stream_gen::orders::orders::Orders;
use crate::stream_gen::orders::{Bill, Order};
use crate::stream_gen::stock::stock::Stock;
use crate::stream_gen::stock::{Item, Level};

/// A shop that sells what is on its price list.
#[derive(Debug)]
pub(crate) struct Shop;

impl Orders for Shop {
    async fn place(&self, _cx: Context, order: Order) -> Result<Bill> {
        bill(&order)
    }

    async fn place_all(
        &self,
        _cx: Context,
        mut stream: BidiStreamingServer<Order, Bill>,
    ) -> Result<()> {
        while let Some(order) = stream.recv().await? {
            stream.send(bill(&order)?).await?;
        }
        Ok(())
    }
}

impl Stock for Shop {
    async fn watch(
        &self,
        _cx: Context,
        _item: Item,
        mut stream: ServerStreamingServer<Level>,
    ) -> Result<()> {
        for pieces in (0..3).rev() {
            stream.send(Level { pieces }).await?;
        }
        Ok(())
    }
}

fn bill(order: &Order) -> Result<Bill> {
    let price = CENTS.get(order.item.as_str());
    let price = price.ok_or_else(|| BizStatusError::new(404, "not on the list"))?;
    Ok(Bill {
        total: Amount {
            cents: price * i64::from(order.pieces),
        },
    })
}

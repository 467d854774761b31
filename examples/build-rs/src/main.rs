//! A server of two services, one of either IDL, and a client of both: `cargo run -p build-rs-example`.
#![allow(clippy::print_stdout, reason = "printing is what this program is for")]

mod handlers;

// What build.rs has generated.
streamgen_runtime::include_gen!();
streamgen_runtime::include_gen!(prices);

use streamgen_runtime::{Channel, Result, Server};

use handlers::Shop;
use stream_gen::orders::Order;
use stream_gen::orders::orders::{OrdersClient, OrdersServer};
use stream_gen::stock::Item;
use stream_gen::stock::stock::{StockClient, StockServer};

#[tokio::main]
async fn main() -> Result<()> {
    let server = Server::builder()
        .add_service(OrdersServer::new(Shop))
        .add_service(StockServer::new(Shop))
        .bind("127.0.0.1:0")
        .await?;
    let address = server.local_addr()?.to_string();
    let serving = tokio::spawn(server.serve());
    let called = call(address).await;
    serving.abort();
    called
}

/// Makes each call, and prints what comes back.
async fn call(address: String) -> Result<()> {
    let channel = Channel::builder("shop").address(address).build()?;
    let orders = OrdersClient::new(channel.clone());
    let bill = orders.place(order("tea", 2)).await?;
    println!("2 tea: {} cents", bill.total.cents);

    let mut stream = orders.place_all().await?;
    for item in ["tea", "cake"] {
        stream.send(order(item, 1)).await?;
        if let Some(bill) = stream.recv().await? {
            println!("1 {item}: {} cents", bill.total.cents);
        }
    }

    let stock = StockClient::new(channel);
    let item = Item {
        name: "cake".to_owned(),
    };
    let mut levels = stock.watch(item).await?;
    while let Some(level) = levels.recv().await? {
        println!("cakes left: {}", level.pieces);
    }
    Ok(())
}

fn order(item: &'static str, pieces: i32) -> Order {
    Order {
        item: item.into(),
        pieces,
    }
}

//! A proxy for one server: `cargo run -p proxy-example -- 127.0.0.1:8889 127.0.0.1:8888`.
#![allow(clippy::print_stdout, reason = "printing is what this program is for")]

use proxy_example::Proxy;
use streamgen_runtime::{Error, Result, Server};

#[tokio::main]
async fn main() -> Result<()> {
    let mut args = std::env::args().skip(1);
    let (Some(listen), Some(upstream)) = (args.next(), args.next()) else {
        return Err(Error::invalid_argument(
            "usage: proxy-example LISTEN UPSTREAM",
        ));
    };
    let proxy = Proxy::new(&upstream)?;
    let server = Server::builder().add_unknown_handler(proxy).bind(&*listen);
    let server = server.await?;
    println!("listening on {}", server.local_addr()?);
    server.serve().await
}

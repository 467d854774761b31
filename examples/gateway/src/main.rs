//! Usage: `gateway-example IDL SERVICE UPSTREAM LISTEN`.

use std::env;
use std::error::Error;

use gateway_example::routes;
use streamgen_dynamic::Provider;
use streamgen_dynamic::client::JsonClient;
use streamgen_runtime::client::Channel;
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let words: Vec<_> = env::args().skip(1).collect();
    let [idl, service, upstream, listen] = &words[..] else {
        return Err("usage: gateway-example IDL SERVICE UPSTREAM LISTEN".into());
    };
    let schema = Provider::file(idl).load()?;
    let channel = Channel::builder(service.clone())
        .address(upstream.clone())
        .build()?;
    let client = JsonClient::new(&schema.service(service)?, channel)?;
    let listener = TcpListener::bind(listen).await?;
    println!("listening on http://{}", listener.local_addr()?);
    axum::serve(listener, routes(client)).await?;
    Ok(())
}

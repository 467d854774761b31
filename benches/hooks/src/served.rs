//! A client and its server.

use anyhow::Context as _;
use streamgen_runtime::middleware::{Hooks, Receiving, RecvNext, SendNext, Sending};
use streamgen_runtime::{PoolMode, Result, Server, Transport, UnaryTransport};
use tokio::runtime::Builder;

use crate::calls::stream_gen::shapes::shapes::{ShapesClient, ShapesServer};
use crate::{Run, Wire, calls, memory};

/// Makes the calls of `run`.
///
/// # Errors
/// A call fails.
pub(crate) fn run(run: Run) -> anyhow::Result<()> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let (memory, incoming) = memory::connections();
        let mut server = Server::builder().add_service(ShapesServer::new(calls::Handler));
        let client = ShapesClient::builder("shapes").address("memory:1");
        let client = client.dial(memory).pool(PoolMode::Mux { slots: 1 });
        let mut client = match run.wire {
            Wire::Ttheader => client
                .unary_transport(UnaryTransport::TtHeaderFramed)
                .unary_pool(PoolMode::Mux { slots: 1 }),
            Wire::Grpc => client.transport(Transport::Grpc),
        };
        if run.hooked {
            (server, client) = (server.hooks(hooks()), client.hooks(hooks()));
        }
        let client = client.build()?;
        let serving = tokio::spawn(server.serve_with_incoming(incoming));
        for _ in 0..run.calls {
            let made = calls::make(&client, run.shape, run.messages);
            made.await.context("a call")?;
        }
        serving.abort();
        Ok(())
    })
}

fn hooks() -> Hooks {
    Hooks::new()
        .send_middleware(sends)
        .recv_middleware(receives)
}

async fn sends(send: &mut Sending, next: SendNext<'_>) -> Result<()> {
    next.run(send).await
}

async fn receives(recv: &mut Receiving, next: RecvNext<'_>) -> Result<()> {
    next.run(recv).await
}

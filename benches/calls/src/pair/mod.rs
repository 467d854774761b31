//! A client and its server in one process, with generated code, as a user would write them.

use std::time::{Duration, Instant};

use anyhow::Result;
use tokio::runtime::{Builder, Runtime};

use crate::workload::{Governed, Kind, Workload};

/// Messages that are under way at a time: what is in a batch.
const BATCH: u64 = 100;

/// From the Thrift IDL.
mod thrift {
    // Names the generated files by their absolute path: they begin with inner attributes, which
    // `include!` does not allow.
    include!(concat!(env!("OUT_DIR"), "/thrift/stream_gen.rs"));
    include!("calls.rs");

    use streamgen_runtime::{PoolMode, UnaryTransport};

    /// Streams over TTHeader Streaming, and calls over Framed or multiplexed, on one connection each.
    pub(super) fn wires(
        builder: ClientBuilder<StreamClient>,
        workload: Workload,
    ) -> ClientBuilder<StreamClient> {
        let builder = builder.pool(PoolMode::Mux { slots: 1 });
        match workload {
            Workload::Mux => builder.unary_pool(PoolMode::Mux { slots: 1 }),
            _ => builder.unary_transport(UnaryTransport::Framed),
        }
    }
}

/// From the Protobuf IDL: all over gRPC.
mod protobuf {
    include!(concat!(env!("OUT_DIR"), "/protobuf/stream_gen.rs"));
    include!("calls.rs");

    pub(super) fn wires(
        builder: ClientBuilder<StreamClient>,
        _: Workload,
    ) -> ClientBuilder<StreamClient> {
        builder.pool(streamgen_runtime::PoolMode::Mux { slots: 1 })
    }
}

/// A client and its server, on a runtime of one thread.
pub struct Pair {
    runtime: Runtime,
    kind: Kind,
    client: Client,
}

enum Client {
    Thrift(thrift::StreamClient),
    Protobuf(protobuf::StreamClient),
}

impl Pair {
    /// # Errors
    /// Those of building the client and the server.
    pub fn new(workload: Workload, governed: Governed) -> Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let entered = runtime.enter();
        let client = match workload {
            Workload::Grpc | Workload::OpenGrpc | Workload::MessageGrpc => {
                Client::Protobuf(protobuf::client(workload, governed)?)
            }
            _ => Client::Thrift(thrift::client(workload, governed)?),
        };
        drop(entered);
        let kind = workload.kind();
        Ok(Self {
            runtime,
            kind,
            client,
        })
    }

    /// Does it `count` times, and returns how long that took. Messages come in whole batches of a hundred.
    ///
    /// # Errors
    /// A call or stream fails.
    pub fn run(&self, count: u64) -> Result<Duration> {
        let began = Instant::now();
        self.runtime.block_on(async {
            match &self.client {
                Client::Thrift(client) => thrift::run(client, self.kind, count).await,
                Client::Protobuf(client) => protobuf::run(client, self.kind, count).await,
            }
        })?;
        Ok(began.elapsed())
    }
}

//! The candidates: ours, its peers, and the floors below which no design gets.

mod credits;
mod kitex;
mod mux;
mod raw;
mod streamgen;
mod tonic;
mod volo_grpc;
mod volo_thrift;

use crate::child::meter::Meter;
use crate::workload::{Load, Workload};
use bench_calls::governed;
use clap::ValueEnum;
use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use streamgen_runtime::fleet::Instance;
use streamgen_runtime::middleware::{Hooks, Receiving, RecvNext, SendNext, Sending};
use streamgen_runtime::server::ServerBuilder;
use streamgen_runtime::{ClientBuilder as Wires, PoolMode, Result, Transport, UnaryTransport};
use tokio::net::TcpListener;

/// Where servers listen.
const ANY_PORT: &str = "127.0.0.1:0";

/// One way to move the messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Candidate {
    /// streamgen, TTHeader Streaming, generated code, one connection.
    Streamgen,
    /// streamgen, gRPC with Protobuf, generated code, one connection.
    StreamgenGrpc,
    /// As `Streamgen`, with one Send and one Recv middleware on either side that do nothing.
    StreamgenHooked,
    /// As `StreamgenGrpc`, with the same middleware.
    StreamgenGrpcHooked,
    /// As `Streamgen`, with a fleet of this one server, breakers, retries and limits that have nothing to do.
    StreamgenGoverned,
    /// As `StreamgenGrpc`, with the same.
    StreamgenGrpcGoverned,
    /// As `StreamgenCallsMux`, with the same.
    StreamgenCallsMuxGoverned,
    /// streamgen: gRPC with Thrift, generated code, one connection.
    StreamgenGrpcThrift,
    /// streamgen: Thrift ping-pong over TTHeader + Framed. Connections are pooled, and each carries
    /// one call at a time.
    StreamgenCalls,
    /// As `StreamgenCalls`, with all calls on one connection.
    StreamgenCallsMux,
    /// Kitex v0.16.3 (Go): Thrift ping-pong over TTHeader + Framed on long connections.
    KitexCalls,
    /// As `KitexCalls`, with all calls on one connection (`WithMuxConnection`, `WithMuxTransport`).
    KitexCallsMux,
    /// Kitex v0.16.3 (Go), TTHeader Streaming, mux connection pool of one connection.
    Kitex,
    /// Kitex v0.16.3 (Go), gRPC with Protobuf, one connection.
    KitexGrpc,
    /// tonic 0.14, default settings, the request stream handed back as the response stream.
    Tonic,
    /// The same with flow control windows of 4 and 16 MiB and frames of 1 MiB.
    TonicTuned,
    /// volo-grpc, the request stream handed back as the response stream.
    VoloGrpc,
    /// volo-thrift, multiplexed ping-pong: one call stands for one round trip on a stream.
    VoloThrift,
    /// volo-thrift: ping-pong calls on pooled connections.
    VoloThriftPool,
    /// Floor: length-prefixed echo on sockets, one socket per stream.
    Raw,
    /// Floor: TTHeader Streaming data frames on one connection, payload opaque.
    Mux,
}

impl Candidate {
    /// Whether the candidate has an equivalent of `workload`.
    pub fn supports(self, workload: Workload) -> bool {
        match self {
            Candidate::Streamgen
            | Candidate::StreamgenGrpc
            | Candidate::StreamgenHooked
            | Candidate::StreamgenGrpcHooked
            | Candidate::StreamgenGoverned
            | Candidate::StreamgenGrpcGoverned
            | Candidate::StreamgenGrpcThrift
            | Candidate::Kitex
            | Candidate::KitexGrpc => true,
            Candidate::StreamgenCalls
            | Candidate::StreamgenCallsMux
            | Candidate::StreamgenCallsMuxGoverned
            | Candidate::KitexCalls
            | Candidate::KitexCallsMux
            | Candidate::VoloThriftPool => workload == Workload::Unary100,
            // Its server allows 200 streams on a connection.
            Candidate::Tonic | Candidate::TonicTuned => workload != Workload::Idle,
            Candidate::VoloGrpc => matches!(workload, Workload::Ss | Workload::Pipe),
            Candidate::VoloThrift => matches!(
                workload,
                Workload::Pp100 | Workload::Pp1 | Workload::Unary100
            ),
            Candidate::Raw => {
                !matches!(workload, Workload::Ss | Workload::Unary100 | Workload::Idle)
            }
            Candidate::Mux => workload != Workload::Unary100,
        }
    }

    /// The program of both processes, and the arguments that go before `serve`'s or `load`'s own.
    pub fn program(self, command: &str, rust: PathBuf) -> anyhow::Result<(PathBuf, Vec<String>)> {
        let args = match self {
            Candidate::Kitex => vec![command.to_owned()],
            Candidate::KitexGrpc => [command, "--grpc"].map(str::to_owned).to_vec(),
            Candidate::KitexCalls => [command, "--calls=pool"].map(str::to_owned).to_vec(),
            Candidate::KitexCallsMux => [command, "--calls=mux"].map(str::to_owned).to_vec(),
            _ => {
                let args = [command, "--candidate", &self.to_string()].map(str::to_owned);
                return Ok((rust, args.to_vec()));
            }
        };
        Ok((kitex::program()?, args))
    }

    /// Serves on a free port, which `listening` is told; ends only with an error.
    pub(crate) async fn serve(
        self,
        listening: impl FnOnce(SocketAddr) -> std::io::Result<()>,
    ) -> anyhow::Result<()> {
        match self {
            Candidate::Streamgen
            | Candidate::StreamgenGrpcThrift
            | Candidate::StreamgenCalls
            | Candidate::StreamgenCallsMux => {
                return streamgen::ttheader::serve(ANY_PORT, listening, |server| server).await;
            }
            Candidate::StreamgenGrpc => {
                return streamgen::grpc::serve(ANY_PORT, listening, |server| server).await;
            }
            Candidate::StreamgenHooked => {
                return streamgen::ttheader::serve(ANY_PORT, listening, hooked).await;
            }
            Candidate::StreamgenGrpcHooked => {
                return streamgen::grpc::serve(ANY_PORT, listening, hooked).await;
            }
            Candidate::StreamgenGoverned | Candidate::StreamgenCallsMuxGoverned => {
                return streamgen::ttheader::serve(ANY_PORT, listening, governed::server).await;
            }
            Candidate::StreamgenGrpcGoverned => {
                return streamgen::grpc::serve(ANY_PORT, listening, governed::server).await;
            }
            _ => {}
        }
        let listener = TcpListener::bind(ANY_PORT).await?;
        listening(listener.local_addr()?)?;
        match self {
            Candidate::Tonic => tonic::serve(listener, false).await,
            Candidate::TonicTuned => tonic::serve(listener, true).await,
            Candidate::VoloGrpc => volo_grpc::serve(listener).await,
            Candidate::VoloThrift => volo_thrift::serve(listener, true).await,
            Candidate::VoloThriftPool => volo_thrift::serve(listener, false).await,
            Candidate::Raw => raw::serve(listener).await,
            Candidate::Mux => mux::serve(listener).await,
            _ => anyhow::bail!("{self} listens by itself"),
        }
    }

    /// Keeps `load` on the server until something fails.
    pub(crate) async fn load(self, load: &Load, meter: &Meter) -> anyhow::Result<()> {
        anyhow::ensure!(
            self.supports(load.workload),
            "{self} has no {}",
            load.workload
        );
        match self {
            Candidate::Streamgen => {
                streamgen::ttheader::load(load, meter, |wires| at(wires, load)).await
            }
            Candidate::StreamgenGrpc => {
                streamgen::grpc::load(load, meter, |wires| at(wires, load)).await
            }
            Candidate::StreamgenHooked => {
                streamgen::ttheader::load(load, meter, |wires| at(wires, load).hooks(hooks())).await
            }
            Candidate::StreamgenGrpcHooked => {
                streamgen::grpc::load(load, meter, |wires| at(wires, load).hooks(hooks())).await
            }
            Candidate::StreamgenGoverned => {
                let instance = Instance::parse(load.addr.clone())?;
                let governed = |wires| governed::client(wires, instance);
                streamgen::ttheader::load(load, meter, governed).await
            }
            Candidate::StreamgenGrpcGoverned => {
                let instance = Instance::parse(load.addr.clone())?;
                let governed = |wires| governed::client(wires, instance);
                streamgen::grpc::load(load, meter, governed).await
            }
            Candidate::StreamgenCallsMuxGoverned => {
                let instance = Instance::parse(load.addr.clone())?;
                let mux = |wires| on_one_connection(governed::client(wires, instance));
                streamgen::ttheader::load(load, meter, mux).await
            }
            Candidate::StreamgenGrpcThrift => {
                let grpc = |wires| at(wires, load).transport(Transport::Grpc);
                streamgen::ttheader::load(load, meter, grpc).await
            }
            Candidate::StreamgenCalls => {
                let pool = |wires| {
                    let framed = at(wires, load).unary_transport(UnaryTransport::TtHeaderFramed);
                    framed.max_idle_per_address(load.streams)
                };
                streamgen::ttheader::load(load, meter, pool).await
            }
            Candidate::StreamgenCallsMux => {
                let mux = |wires| on_one_connection(at(wires, load));
                streamgen::ttheader::load(load, meter, mux).await
            }
            Candidate::Kitex
            | Candidate::KitexGrpc
            | Candidate::KitexCalls
            | Candidate::KitexCallsMux => anyhow::bail!("{self} is a program of its own"),
            Candidate::Tonic => tonic::load(load, meter, false).await,
            Candidate::TonicTuned => tonic::load(load, meter, true).await,
            Candidate::VoloGrpc => volo_grpc::load(load, meter).await,
            Candidate::VoloThrift => volo_thrift::load(load, meter, true).await,
            Candidate::VoloThriftPool => volo_thrift::load(load, meter, false).await,
            Candidate::Raw => raw::load(load, meter).await,
            Candidate::Mux => mux::load(load, meter).await,
        }
    }
}

/// The client of one address.
fn at<C>(wires: Wires<C>, load: &Load) -> Wires<C> {
    wires.address(load.addr.clone())
}

/// All calls without stream on one connection.
fn on_one_connection<C>(wires: Wires<C>) -> Wires<C> {
    wires.unary_pool(PoolMode::Mux { slots: 1 })
}

fn hooked(server: ServerBuilder) -> ServerBuilder {
    server.hooks(hooks())
}

/// One Send and one Recv middleware that do nothing but run what is inside of them.
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

impl fmt::Display for Candidate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Candidate::Streamgen => "streamgen",
            Candidate::StreamgenGrpc => "streamgen-grpc",
            Candidate::StreamgenHooked => "streamgen-hooked",
            Candidate::StreamgenGrpcHooked => "streamgen-grpc-hooked",
            Candidate::StreamgenGoverned => "streamgen-governed",
            Candidate::StreamgenGrpcGoverned => "streamgen-grpc-governed",
            Candidate::StreamgenCallsMuxGoverned => "streamgen-calls-mux-governed",
            Candidate::StreamgenGrpcThrift => "streamgen-grpc-thrift",
            Candidate::StreamgenCalls => "streamgen-calls",
            Candidate::StreamgenCallsMux => "streamgen-calls-mux",
            Candidate::KitexCalls => "kitex-calls",
            Candidate::KitexCallsMux => "kitex-calls-mux",
            Candidate::Kitex => "kitex",
            Candidate::KitexGrpc => "kitex-grpc",
            Candidate::Tonic => "tonic",
            Candidate::TonicTuned => "tonic-tuned",
            Candidate::VoloGrpc => "volo-grpc",
            Candidate::VoloThrift => "volo-thrift",
            Candidate::VoloThriftPool => "volo-thrift-pool",
            Candidate::Raw => "raw",
            Candidate::Mux => "mux",
        })
    }
}

//! The candidates: ours, its peers, and the floors below which no design gets.

mod kitex;
mod mux;
mod raw;
mod streamgen;
mod tonic;
mod volo_thrift;

use crate::child::meter::Meter;
use crate::workload::{Load, Workload};
use clap::ValueEnum;
use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use tokio::net::TcpListener;

/// Where servers listen.
const ANY_PORT: &str = "127.0.0.1:0";

/// One way to move the messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Candidate {
    /// streamgen, TTHeader Streaming, generated code, one connection.
    Streamgen,
    /// Kitex v0.16.3 (Go), TTHeader Streaming, mux connection pool of one connection.
    Kitex,
    /// tonic 0.14, default settings, the request stream handed back as the response stream.
    Tonic,
    /// volo-thrift, multiplexed ping-pong: one call stands for one round trip on a stream.
    VoloThrift,
    /// Floor: length-prefixed echo on sockets, one socket per stream.
    Raw,
    /// Floor: TTHeader Streaming data frames on one connection, payload opaque.
    Mux,
}

impl Candidate {
    /// Whether the candidate has an equivalent of `workload`.
    pub fn supports(self, workload: Workload) -> bool {
        match self {
            Candidate::Streamgen | Candidate::Kitex | Candidate::Mux => true,
            // Its server allows 200 streams on a connection.
            Candidate::Tonic => workload != Workload::Idle,
            Candidate::VoloThrift => matches!(workload, Workload::Pp100 | Workload::Pp1),
            Candidate::Raw => !matches!(workload, Workload::Ss | Workload::Idle),
        }
    }

    /// The program of both processes, and the arguments that go before `serve`'s or `load`'s own.
    pub fn program(self, command: &str, rust: PathBuf) -> anyhow::Result<(PathBuf, Vec<String>)> {
        match self {
            Candidate::Kitex => Ok((kitex::program()?, vec![command.to_owned()])),
            _ => {
                let args = [command, "--candidate", &self.to_string()].map(str::to_owned);
                Ok((rust, args.to_vec()))
            }
        }
    }

    /// Serves on a free port, which `listening` is told; ends only with an error.
    pub(crate) async fn serve(
        self,
        listening: impl FnOnce(SocketAddr) -> std::io::Result<()>,
    ) -> anyhow::Result<()> {
        if self == Candidate::Streamgen {
            return streamgen::serve(ANY_PORT, listening).await;
        }
        let listener = TcpListener::bind(ANY_PORT).await?;
        listening(listener.local_addr()?)?;
        match self {
            Candidate::Streamgen | Candidate::Kitex => anyhow::bail!("{self} listens by itself"),
            Candidate::Tonic => tonic::serve(listener).await,
            Candidate::VoloThrift => volo_thrift::serve(listener).await,
            Candidate::Raw => raw::serve(listener).await,
            Candidate::Mux => mux::serve(listener).await,
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
            Candidate::Streamgen => streamgen::load(load, meter).await,
            Candidate::Kitex => anyhow::bail!("kitex is a program of its own"),
            Candidate::Tonic => tonic::load(load, meter).await,
            Candidate::VoloThrift => volo_thrift::load(load, meter).await,
            Candidate::Raw => raw::load(load, meter).await,
            Candidate::Mux => mux::load(load, meter).await,
        }
    }
}

impl fmt::Display for Candidate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Candidate::Streamgen => "streamgen",
            Candidate::Kitex => "kitex",
            Candidate::Tonic => "tonic",
            Candidate::VoloThrift => "volo-thrift",
            Candidate::Raw => "raw",
            Candidate::Mux => "mux",
        })
    }
}

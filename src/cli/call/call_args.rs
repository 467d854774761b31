//! The flags of `call`, as typed. kitexcall's are among them, under its names.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};

use super::args::IdlArgs;
use super::tls_args::TlsArgs;
use super::values::{duration, header, pair};

#[derive(Clone, Debug, Args)]
pub(super) struct CallArgs {
    #[command(flatten)]
    pub(super) idl: IdlArgs,

    /// Address of the server, as in -addr 127.0.0.1:8888 or -addr unix:/path; may be repeated [default: that of
    /// -reflection]
    #[arg(
        short = 'e',
        long,
        visible_alias = "endpoint",
        value_name = "ADDRESS",
        required_unless_present = "reflection"
    )]
    pub(super) addr: Vec<String>,

    /// SERVICE/METHOD, or METHOD of the last service, in place of the word in front of the requests
    #[arg(short = 'm', long = "method", value_name = "SERVICE/METHOD")]
    method_flag: Option<String>,

    /// Wire of the call [default: ttheader-streaming for streams, grpc for unary methods, framed for others,
    /// ttheader-framed if they have -metainfo; of a Protobuf service, grpc, and ttheader-framed if it has no
    /// streams]
    #[arg(long, value_name = "WIRE", ignore_case = true)]
    pub(super) transport: Option<Wire>,

    /// The call goes over grpc, unless -transport says otherwise
    #[arg(long)]
    pub(super) streaming: bool,

    /// The call goes over a wire that carries business errors: ttheader, unless it is a stream or -transport
    /// says otherwise
    #[arg(long)]
    pub(super) biz_error: bool,

    /// Metainfo for the server, as in -metainfo TENANT=a; may be repeated
    #[arg(long, visible_alias = "meta", value_name = "KEY=VALUE", value_parser = pair)]
    pub(super) metainfo: Vec<(String, String)>,

    /// Metainfo for the server and all servers behind it; may be repeated
    #[arg(long, visible_alias = "meta-persistent", value_name = "KEY=VALUE", value_parser = pair)]
    pub(super) metainfo_persistent: Vec<(String, String)>,

    /// Header of the request, as in -H user=a or -H 'user: a', the value of a `-bin` key in base64; over grpc,
    /// which is then the default wire; may be repeated
    #[arg(short = 'H', long = "header", value_name = "KEY=VALUE", value_parser = header)]
    pub(super) header: Vec<(String, String)>,

    /// How long the call may take, as in -timeout 500ms or -timeout 2s
    #[arg(long, value_name = "TIME", value_parser = duration)]
    pub(super) timeout: Option<Duration>,

    /// How long each response of a stream may take
    #[arg(long, value_name = "TIME", value_parser = duration)]
    pub(super) recv_timeout: Option<Duration>,

    #[command(flatten)]
    pub(super) tls: TlsArgs,

    /// Request, or for streams the requests, one behind the other
    #[arg(short = 'd', long, value_name = "JSON")]
    pub(super) data: Option<String>,

    /// File with the request, or for streams with the requests, one behind the other; - for standard input
    #[arg(short = 'f', long = "file", value_name = "FILE")]
    pub(super) file: Option<PathBuf>,

    /// Type calls one after the other, with history and completion; without requests at a terminal, the default
    #[arg(short = 'i', long, conflicts_with = "file")]
    pub(super) interactive: bool,

    /// Print the names of enums instead of their numbers, as always of Protobuf
    #[arg(long)]
    pub(super) enum_names: bool,

    /// Skip fields of a request that the IDL does not have, as Kitex does; else they are an error
    #[arg(long)]
    pub(super) skip_unknown: bool,

    /// Print each response in lines, and not in one
    #[arg(long)]
    pub(super) pretty: bool,

    /// Tell on standard error what happens: header, trailer, sizes, times
    #[arg(short = 'v', long)]
    pub(super) verbose: bool,

    /// Tell on standard error the server's header and trailer, in which backward metainfo is
    #[arg(long)]
    pub(super) meta_backward: bool,

    /// Print responses and errors only, which is the default
    #[arg(short = 'q', long, conflicts_with_all = ["verbose", "meta_backward"])]
    quiet: bool,

    /// SERVICE/METHOD, or METHOD of the last service
    #[arg(value_name = "SERVICE/METHOD")]
    word: Option<String>,

    /// Requests: one, or for streams of requests any number; without any, they are read from standard input
    #[arg(value_name = "JSON")]
    words: Vec<String>,
}

impl CallArgs {
    /// The flags with the address that they leave out: that of the server which is asked for its IDL.
    pub(super) fn with_address(mut self) -> Self {
        if self.addr.is_empty() {
            self.addr.extend(self.idl.reflection.clone());
        }
        self
    }

    /// What is called: kitexcall has it in a flag.
    pub(super) fn method(&self) -> Option<&str> {
        self.method_flag.as_deref().or(self.word.as_deref())
    }

    /// The requests on the command line.
    pub(super) fn requests(&self) -> impl Iterator<Item = &String> {
        let word = self.word.iter().filter(|_| self.method_flag.is_some());
        word.chain(&self.words).chain(&self.data)
    }

    /// Whether there is metainfo to be sent.
    pub(super) fn has_metainfo(&self) -> bool {
        !self.metainfo.is_empty() || !self.metainfo_persistent.is_empty()
    }
}

/// The wires, by their names in Kitex's documents and in kitexcall.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Wire {
    #[value(alias = "ttheaderstreaming")]
    TtheaderStreaming,
    Grpc,
    #[value(alias = "ttheaderframed")]
    TtheaderFramed,
    Ttheader,
    Framed,
    Buffered,
}

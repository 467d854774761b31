//! The flags of the subcommands, as typed.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};

/// Where the IDL is.
#[derive(Debug, Args)]
pub(super) struct IdlArgs {
    /// Thrift IDL, as in -idl echo.thrift
    #[arg(long, value_name = "FILE", required = true)]
    pub(super) idl: PathBuf,

    /// Folder to search for included IDL files, as in -I idl; may be repeated
    #[arg(short = 'I', long = "include", value_name = "DIR")]
    pub(super) include: Vec<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct ListArgs {
    #[command(flatten)]
    pub(super) idl: IdlArgs,
}

#[derive(Debug, Args)]
pub(super) struct NamedArgs {
    #[command(flatten)]
    pub(super) idl: IdlArgs,

    /// SERVICE, SERVICE/METHOD, METHOD of the last service, or STRUCT
    #[arg(value_name = "NAME", required = true)]
    pub(super) name: String,
}

#[derive(Debug, Args)]
pub(super) struct CallArgs {
    #[command(flatten)]
    pub(super) idl: IdlArgs,

    /// Address of the server, as in -addr 127.0.0.1:8888 or -addr unix:/path
    #[arg(long, value_name = "ADDRESS", required = true)]
    pub(super) addr: String,

    /// Wire of the call [default: ttheader-streaming for streams, grpc for unary methods, framed for others,
    /// ttheader-framed if they have -metainfo]
    #[arg(long, value_name = "WIRE")]
    pub(super) transport: Option<Wire>,

    /// Metainfo for the server, as in -metainfo TENANT=a; may be repeated
    #[arg(long, value_name = "KEY=VALUE", value_parser = pair)]
    pub(super) metainfo: Vec<(String, String)>,

    /// How long the call may take, as in -timeout 500ms or -timeout 2s
    #[arg(long, value_name = "TIME", value_parser = duration)]
    pub(super) timeout: Option<Duration>,

    /// How long each response of a stream may take
    #[arg(long, value_name = "TIME", value_parser = duration)]
    pub(super) recv_timeout: Option<Duration>,

    /// File with the request, or for streams with a request on each line; - for standard input
    #[arg(short = 'f', long = "file", value_name = "FILE")]
    pub(super) file: Option<PathBuf>,

    /// Print the names of enums instead of their numbers
    #[arg(long)]
    pub(super) enum_names: bool,

    /// Skip fields of a request that the IDL does not have, as Kitex does; else they are an error
    #[arg(long)]
    pub(super) skip_unknown: bool,

    /// SERVICE/METHOD, or METHOD of the last service
    #[arg(value_name = "SERVICE/METHOD", required = true)]
    pub(super) method: String,

    /// Requests: one, or for streams of requests any number; without any, these are read from standard input
    #[arg(value_name = "JSON")]
    pub(super) requests: Vec<String>,
}

/// The wires, by their names in Kitex's documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Wire {
    TtheaderStreaming,
    Grpc,
    TtheaderFramed,
    Ttheader,
    Framed,
    Buffered,
}

fn pair(text: &str) -> Result<(String, String), String> {
    let pair = text.split_once('=').filter(|(key, _)| !key.is_empty());
    let (key, value) = pair.ok_or("expected KEY=VALUE")?;
    Ok((key.to_owned(), value.to_owned()))
}

/// A time with its unit: `500ms`, `2s`, `1m`.
fn duration(text: &str) -> Result<Duration, String> {
    let expected = || "expected a time such as 500ms, 2s or 1m".to_owned();
    let unit_at = text.find(|letter: char| !letter.is_ascii_digit());
    let (number, unit) = text.split_at(unit_at.ok_or_else(expected)?);
    let number: u64 = number.parse().map_err(|_| expected())?;
    let time = match unit {
        "ms" => Some(Duration::from_millis(number)),
        "s" => Some(Duration::from_secs(number)),
        "m" => number.checked_mul(60).map(Duration::from_secs),
        _ => None,
    };
    time.ok_or_else(expected)
}

#[cfg(test)]
mod tests {
    use super::{Duration, duration};

    #[test]
    fn times_have_a_unit() {
        assert_eq!(duration("500ms"), Ok(Duration::from_millis(500)));
        assert_eq!(duration("2s"), Ok(Duration::from_secs(2)));
        assert_eq!(duration("1m"), Ok(Duration::from_secs(60)));
        for wrong in [
            "",
            "5",
            "s",
            "1.5s",
            "1h",
            "-1s",
            "99999999999999999999s",
            "18446744073709551615m",
        ] {
            assert!(duration(wrong).is_err(), "{wrong}");
        }
    }
}

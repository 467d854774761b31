//! The text of an error, as Kitex prints it.

use std::fmt;

use super::{Error, ErrorKind, Side};

/// Codes of TTHeader Streaming: `12000 < code < 13000` (ttheader-streaming.md 3.6).
const STREAM_CODES: std::ops::Range<i32> = 12_001..13_000;

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind() {
            ErrorKind::BizStatus => match self.biz_status() {
                Some(biz) => biz.fmt(f),
                None => f.write_str(self.message()),
            },
            _ if self.is_status() => {
                write!(
                    f,
                    "rpc error: code = {} desc = {}",
                    self.number(),
                    self.message()
                )
            }
            _ if self.side().is_some() || STREAM_CODES.contains(&self.number()) => {
                self.fmt_stream(f)
            }
            _ if self.is_remote() => {
                write!(f, "remote or network error[remote]: {}", self.message())
            }
            ErrorKind::Connection => write!(f, "remote or network error: {}", self.message()),
            _ => f.write_str(self.message()),
        }
    }
}

impl Error {
    /// `[ttstream error, code=N] [client-side stream] [canceled path: A -> B] text`.
    fn fmt_stream(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[ttstream error, code={}] ", self.number())?;
        match self.side() {
            Some(Side::Client) => f.write_str("[client-side stream] ")?,
            Some(Side::Server) => f.write_str("[server-side stream] ")?,
            None => {}
        }
        if !self.cancel_path().is_empty() {
            write!(
                f,
                "[canceled path: {}] ",
                self.cancel_path().replace(',', " -> ")
            )?;
        }
        f.write_str(self.message())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_error_reads_as_in_kitex() {
        let error = Error::new(ErrorKind::Canceled, 12_007, "user code")
            .with_side(Side::Server)
            .with_cancel_path("A,B");
        assert_eq!(
            error.to_string(),
            "[ttstream error, code=12007] [server-side stream] [canceled path: A -> B] user code"
        );
    }

    #[test]
    fn a_status_reads_as_in_kitex() {
        assert_eq!(
            Error::grpc_status(crate::error::Code::NOT_FOUND, "no such user").to_string(),
            "rpc error: code = 5 desc = no such user"
        );
    }
}

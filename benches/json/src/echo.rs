//! Calls and messages with JSON a second: our client and server, then Kitex's, on the same wire, in turn.

mod driver;
mod load;
mod serve;

pub use driver::compare;
pub use load::load;
pub use serve::serve;

use anyhow::{Context as _, bail};
use streamgen_dynamic::{Provider, Service};
use streamgen_runtime::Transport;

/// The IDL, for both sides.
pub const IDL: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/idl/echo.thrift");

/// What carries the messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wire {
    /// Calls over Framed.
    Framed,
    /// A stream of requests and responses in turn.
    Stream(Transport),
}

impl Wire {
    /// All of them, with their names on the command line.
    pub const ALL: [(&str, Self); 3] = [
        ("framed", Self::Framed),
        ("ttheader", Self::Stream(Transport::TtHeaderStreaming)),
        ("grpc", Self::Stream(Transport::Grpc)),
    ];

    /// The one of a name.
    ///
    /// # Errors
    /// There is none.
    pub fn named(name: &str) -> anyhow::Result<Self> {
        match Self::ALL.iter().find(|(known, _)| *known == name) {
            Some(&(_, wire)) => Ok(wire),
            None => bail!("no wire {name}"),
        }
    }

    /// The method that carries a shape's messages.
    #[must_use]
    pub fn method(self, shape: &str) -> String {
        let kind = if self == Self::Framed {
            "Echo"
        } else {
            "Stream"
        };
        format!("{kind}{}", crate::content::type_of(shape))
    }
}

fn service() -> anyhow::Result<Service> {
    let schema = Provider::file(IDL).load()?;
    schema.service("Echo").context("the IDL has it")
}

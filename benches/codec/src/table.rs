//! Which library, which shape, which operation.

use crate::plain::{Large, Medium, Plain, Small};
use crate::subject::{Run, Subject, decode, encode_fresh, encode_reused};
use crate::{pilota, prost, streamgen};

/// Every library's run of one operation on one shape; ours first.
pub type Row = Vec<(&'static str, Run)>;

/// What is done with a message.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// Into a fresh buffer.
    Encode,
    /// Into the same buffer again.
    EncodeReused,
    /// From shared bytes, dropping the message too.
    Decode,
}

impl Operation {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Encode, Self::EncodeReused, Self::Decode];

    /// As on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Encode => "encode",
            Self::EncodeReused => "reuse",
            Self::Decode => "decode",
        }
    }

    fn run<S: Subject<P> + 'static, P: Plain>(self, plain: &[P]) -> Run
    where
        S::Buffer: 'static,
    {
        match self {
            Self::Encode => encode_fresh::<S, P>(plain),
            Self::EncodeReused => encode_reused::<S, P>(plain),
            Self::Decode => decode::<S, P>(plain),
        }
    }
}

/// One row of shape `$shape`.
macro_rules! row {
    ($operation:ident, $variants:ident, $shape:ident) => {{
        let plain = $shape::variants($variants);
        vec![
            (
                "streamgen",
                $operation.run::<streamgen::$shape, $shape>(&plain),
            ),
            (
                "pilota-safe",
                $operation.run::<pilota::Safe<pilota::$shape>, $shape>(&plain),
            ),
            (
                "pilota-unsafe",
                $operation.run::<pilota::Unsafe<pilota::$shape>, $shape>(&plain),
            ),
            #[cfg(apache)]
            (
                "apache",
                $operation.run::<crate::apache::$shape, $shape>(&plain),
            ),
            ("prost", $operation.run::<prost::$shape, $shape>(&plain)),
        ]
    }};
}

/// The shapes.
pub const SHAPES: [&str; 3] = ["small", "medium", "large"];

/// All libraries on `shape`, with as many different messages as `variants`.
pub fn row(shape: &str, operation: Operation, variants: usize) -> Row {
    match shape {
        "small" => row!(operation, variants, Small),
        "medium" => row!(operation, variants, Medium),
        _ => row!(operation, variants, Large),
    }
}

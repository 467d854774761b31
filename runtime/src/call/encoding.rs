//! How the messages of a call are compressed.

use std::fmt;

/// How messages are compressed. The crate's features decide which encodings exist.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Encoding(pub(crate) Scheme);

/// The encodings of this build.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scheme {
    #[cfg(feature = "gzip")]
    Gzip,
    #[cfg(feature = "zstd")]
    Zstd,
}

impl Encoding {
    /// RFC 1952, one member per message, default level. The only one that Kitex has.
    #[cfg(feature = "gzip")]
    pub const GZIP: Self = Self(Scheme::Gzip);

    /// RFC 8878, one frame per message, default level.
    #[cfg(feature = "zstd")]
    pub const ZSTD: Self = Self(Scheme::Zstd);

    /// Every encoding of this build, in the order in which they are offered.
    pub(crate) const ALL: &[Self] = &[
        #[cfg(feature = "gzip")]
        Self::GZIP,
        #[cfg(feature = "zstd")]
        Self::ZSTD,
    ];

    /// The name in `grpc-encoding`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self.0 {
            #[cfg(feature = "gzip")]
            Scheme::Gzip => "gzip",
            #[cfg(feature = "zstd")]
            Scheme::Zstd => "zstd",
        }
    }
}

impl fmt::Debug for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Encoding").field(&self.name()).finish()
    }
}

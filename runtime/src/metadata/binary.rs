//! Values that are bytes: gRPC's keys ending in `-bin`.

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use faststr::FastStr;

use super::Metadata;

/// How the name of a key ends whose values are bytes.
pub(crate) const SUFFIX: &str = "-bin";

/// Written without padding, read with or without it (grpc-and-pingpong.md A.11).
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_encode_padding(false)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// Bytes as the text of a value.
pub(crate) fn encode(bytes: &[u8]) -> FastStr {
    FastStr::from_string(BASE64.encode(bytes))
}

/// The bytes of a value's text; `None` if it is not base64.
pub(crate) fn decode(text: impl AsRef<[u8]>) -> Option<Vec<u8>> {
    BASE64.decode(text).ok()
}

impl Metadata {
    /// Sets `key` to bytes, replacing earlier values. gRPC wants such a key to end in `-bin`.
    ///
    /// The bytes are held as base64 without padding, which is what [`Metadata::get`] returns and
    /// what every transport sends.
    ///
    /// ```
    /// use streamgen_runtime::Metadata;
    ///
    /// let mut header = Metadata::new();
    /// header.insert_bin("trace-bin", [0x00, 0xff, 0x01]);
    /// assert_eq!(header.get("trace-bin"), Some("AP8B"));
    /// assert_eq!(header.get_bin("trace-bin"), Some(vec![0x00, 0xff, 0x01]));
    /// ```
    pub fn insert_bin(&mut self, key: impl Into<FastStr>, value: impl AsRef<[u8]>) {
        self.insert(key, encode(value.as_ref()));
    }

    /// Adds bytes as one more value of `key`; see [`Metadata::insert_bin`].
    pub fn append_bin(&mut self, key: impl Into<FastStr>, value: impl AsRef<[u8]>) {
        self.append(key, encode(value.as_ref()));
    }

    /// The bytes of `key`'s first value. `None` if the key is not set or its value is not base64.
    #[must_use]
    pub fn get_bin(&self, key: &str) -> Option<Vec<u8>> {
        self.get(key).and_then(decode)
    }
}

//! `Msg` of either IDL: what handlers and scenarios do with a message, whichever wire it came by.

use std::fmt::Debug;

use streamgen_runtime::{Bytes, Message};

use crate::protobuf_gen::peerpb;
use crate::stream_gen::peerthrift;

/// Numbers of the enum `Color`.
pub mod color {
    pub const GREEN: i32 = 1;
    pub const BLUE: i32 = 5;
}

/// A `Msg`.
pub trait Msg: Message + Clone + Debug + Default + PartialEq + Sync + 'static {
    fn text(&self) -> &str;
    fn seq(&self) -> i64;
    fn payload(&self) -> &Bytes;
    fn attr(&self, key: &str) -> Option<&str>;

    fn with_text(self, text: impl Into<String>) -> Self;
    fn with_seq(self, seq: i64) -> Self;
    fn with_payload(self, payload: impl Into<Bytes>) -> Self;
    fn with_color(self, color: i32) -> Self;
    fn with_attr(self, key: &str, value: impl Into<String>) -> Self;
}

macro_rules! msg {
    ($ty:ty, $color:expr) => {
        impl Msg for $ty {
            fn text(&self) -> &str {
                &self.text
            }

            fn seq(&self) -> i64 {
                self.seq
            }

            fn payload(&self) -> &Bytes {
                &self.payload
            }

            fn attr(&self, key: &str) -> Option<&str> {
                self.attrs.get(key).map(|value| value.as_ref())
            }

            fn with_text(self, text: impl Into<String>) -> Self {
                let text = text.into().into();
                Self { text, ..self }
            }

            fn with_seq(self, seq: i64) -> Self {
                Self { seq, ..self }
            }

            fn with_payload(self, payload: impl Into<Bytes>) -> Self {
                let payload = payload.into();
                Self { payload, ..self }
            }

            fn with_color(self, color: i32) -> Self {
                let color = $color(color);
                Self { color, ..self }
            }

            fn with_attr(mut self, key: &str, value: impl Into<String>) -> Self {
                let key = key.to_owned().into();
                self.attrs.insert(key, value.into().into());
                self
            }
        }
    };
}

msg!(peerthrift::Msg, peerthrift::Color);
msg!(peerpb::Msg, std::convert::identity);

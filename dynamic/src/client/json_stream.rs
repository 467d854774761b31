//! What the streams of JSON of both sides have in common: each wraps a typed stream whose messages are
//! bytes, and converts these by the `Messages` of its side.

/// Defines a stream, with access to the typed one in it.
macro_rules! json_stream {
    ($(#[$docs:meta])* $name:ident: $stream:ty, by $messages:ty) => {
        $(#[$docs])*
        pub struct $name {
            stream: $stream,
            messages: $messages,
        }

        impl $name {
            pub(super) fn new(stream: $stream, messages: $messages) -> Self {
                Self { stream, messages }
            }

            /// Returns the typed stream. It has what JSON changes nothing of: the header and the trailer, limits of
            /// time and, at a client, the cancel.
            pub fn stream(&mut self) -> &mut $stream {
                &mut self.stream
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_struct(stringify!($name))
                    .field("method", &self.messages.method.name())
                    .finish_non_exhaustive()
            }
        }
    };
}
pub(crate) use json_stream;

/// The sending of messages, which `$encode` makes of JSON.
macro_rules! json_send {
    ($name:ident, $encode:ident) => {
        impl $name {
            /// Sends one message. Waits while the connection has too much to write.
            ///
            /// Cancel safe: a dropped future has sent nothing.
            ///
            /// # Errors
            /// The JSON does not fit, which fails this call only; those of the typed stream.
            pub async fn send(&mut self, json: &str) -> Result<(), $crate::client::CallError> {
                let message = self.messages.$encode(json)?;
                Ok(self.stream.send(message).await?)
            }
        }
    };
}
pub(crate) use json_send;

/// The receiving of messages, of which `$decode` makes JSON, until `$end`.
macro_rules! json_recv {
    ($name:ident, $decode:ident, $end:literal) => {
        impl $name {
            #[doc = concat!("The next message; `None` once ", $end, ".")]
            ///
            /// Cancel safe: no message is lost by dropping the future.
            ///
            /// # Errors
            /// A message does not fit the IDL: then only this `recv` fails, and the next one goes on behind
            /// that message. All errors of a typed stream's `recv`.
            pub async fn recv(&mut self) -> Result<Option<String>, $crate::client::CallError> {
                let message = self.stream.recv().await?;
                message
                    .map(|message| self.messages.$decode(&message))
                    .transpose()
            }
        }
    };
}
pub(crate) use json_recv;

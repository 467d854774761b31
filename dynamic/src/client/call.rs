//! Calls without a stream, and what calls have in common.

use streamgen_runtime::client::{CallFuture, OneWayCall, UnaryCall};
use streamgen_runtime::{Metadata, RawMessage};

use super::Messages;
use super::error::CallError;

/// A call that has not been made, or why it cannot be made.
pub(super) type Prepared<C> = Result<(C, Messages), CallError>;

/// A call with JSON is a typed call of raw messages, and what converts these.
macro_rules! json_call {
    ($(#[$docs:meta])* $name:ident: $call:ty) => {
        $(#[$docs])*
        ///
        /// `.await` it, or set options with [`with`](Self::with) first.
        #[must_use = "a call is not made until it is awaited"]
        pub struct $name(pub(super) $crate::client::call::Prepared<$call>);

        impl $name {
            /// Sets options: the function gets the call, which has the methods of a typed call.
            pub fn with(self, set: impl FnOnce($call) -> $call) -> Self {
                Self(self.0.map(|(call, messages)| (set(call), messages)))
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                let call = self.0.as_ref().map(|(call, _)| call);
                f.debug_tuple(stringify!($name)).field(&call).finish()
            }
        }
    };
}
pub(super) use json_call;

json_call! {
    /// A call that gets one reply.
    JsonCall: UnaryCall<RawMessage, RawMessage>
}

/// A reply, with what came around it.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct JsonReply {
    /// The result; `null` for `void`.
    pub json: String,
    /// The header of the response.
    pub header: Metadata,
    /// Its trailer. Backward metainfo that came over TTHeader is here.
    pub trailer: Metadata,
}

impl JsonCall {
    /// Makes the call, and returns the reply together with the header and the trailer of the response.
    ///
    /// # Errors
    /// Those of the call itself.
    pub async fn with_metadata(self) -> Result<JsonReply, CallError> {
        let (call, messages) = self.0?;
        let response = call.with_metadata().await?;
        Ok(JsonReply {
            json: messages.response(&response.message)?,
            header: response.header,
            trailer: response.trailer,
        })
    }
}

impl IntoFuture for JsonCall {
    type Output = Result<String, CallError>;
    type IntoFuture = CallFuture<String, CallError>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let (call, messages) = self.0?;
            messages.response(&call.await?)
        })
    }
}

json_call! {
    /// A call that gets no reply.
    JsonOneWayCall: OneWayCall<RawMessage>
}

impl IntoFuture for JsonOneWayCall {
    type Output = Result<(), CallError>;
    type IntoFuture = CallFuture<(), CallError>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let (call, _) = self.0?;
            Ok(call.await?)
        })
    }
}

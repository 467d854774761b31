//! The two services of an IDL, as its generated clients offer them.

mod protobuf;
mod thrift;

use std::fmt::Debug;
use std::future::{Future, IntoFuture};
use std::time::Duration;

use streamgen_runtime::client::{
    BidiStreamingCall, ClientStreamingCall, ServerStreamingCall, ServiceClient,
};
use streamgen_runtime::{Message, Result, ServiceInfo};

use crate::errors::Classify;
use crate::message::Msg;
use crate::options::ClientOptions;
use crate::session::Check;

pub use protobuf::ProtobufServices;
pub use thrift::ThriftServices;

/// What scenarios call: the methods that both IDLs have.
pub trait Services: Clone + Send + Sync + Sized + 'static {
    type Msg: Msg;
    type Everything: Message + Clone + Debug + PartialEq + Sync + 'static;
    type EchoError: Classify + Send;
    type Echo: EchoCall<Message = Self::Msg, Error = Self::EchoError>;

    /// The IDL's names of the two services.
    const PEER: &'static str;
    const OTHER: &'static str;

    /// Services that are Peer but for the name, if it is another, and for methods that the server
    /// lacks: see [`Stray`].
    const STRAY_PEER: &'static ServiceInfo;
    const STRAY_NOBODY: &'static ServiceInfo;
    const STRAY_NAMELESS: &'static ServiceInfo;

    fn connect(options: &ClientOptions) -> Check<Self>;

    fn bidi(&self) -> BidiStreamingCall<Self::Msg, Self::Msg>;
    fn client_stream(&self) -> ClientStreamingCall<Self::Msg, Self::Msg>;
    fn server_stream(&self, req: Self::Msg) -> ServerStreamingCall<Self::Msg, Self::Msg>;
    fn bidi_everything(&self) -> BidiStreamingCall<Self::Everything, Self::Everything>;
    fn echo(&self, req: Self::Msg) -> Self::Echo;
    fn echo_everything(
        &self,
        value: Self::Everything,
    ) -> impl Future<Output = Result<Self::Everything>> + Send;

    fn other_bidi(&self) -> BidiStreamingCall<Self::Msg, Self::Msg>;
    fn other_echo(&self, req: Self::Msg) -> impl Future<Output = Result<Self::Msg>> + Send;

    /// Echo's request to a method of a stray service.
    fn stray_call(
        client: &ServiceClient,
        method: Stray,
        req: Self::Msg,
    ) -> impl Future<Output = Result<Self::Msg>> + Send;

    /// The values of Everything that scenarios send, by name.
    fn samples() -> Vec<(&'static str, Self::Everything)>;

    /// What of a sample may come back besides the sample itself: what Kitex makes of it.
    fn from_kitex(sample: Self::Everything) -> Self::Everything;
}

/// Methods of the stray services, by their numbers.
#[derive(Debug, Clone, Copy)]
#[repr(usize)]
pub enum Stray {
    Bidi,
    BidiEverything,
    MissingStream,
    MissingCall,
    Echo,
    /// Of the Thrift IDL only.
    UnaryStream,
}

/// A call of `Peer.Echo`.
pub trait EchoCall:
    IntoFuture<Output = Result<Self::Message, Self::Error>, IntoFuture: Send> + Send
{
    type Message;
    type Error;

    fn timeout(self, timeout: Duration) -> Self;
    fn metainfo(self, key: &'static str, value: &'static str) -> Self;
    fn persistent_metainfo(self, key: &'static str, value: &'static str) -> Self;
}

/// The options of a call are the same for all; only the types of the calls differ.
macro_rules! echo_call {
    ($call:ty, $message:ty, $error:ty) => {
        impl $crate::services::EchoCall for $call {
            type Message = $message;
            type Error = $error;

            fn timeout(self, timeout: std::time::Duration) -> Self {
                self.timeout(timeout)
            }

            fn metainfo(self, key: &'static str, value: &'static str) -> Self {
                self.metainfo(key, value)
            }

            fn persistent_metainfo(self, key: &'static str, value: &'static str) -> Self {
                self.persistent_metainfo(key, value)
            }
        }
    };
}
use echo_call;

/// The calls of a `Services` with the fields `peer` and `other`: the clients name their methods alike.
macro_rules! service_calls {
    () => {
        fn bidi(&self) -> super::BidiStreamingCall<Self::Msg, Self::Msg> {
            self.peer.bidi()
        }

        fn client_stream(&self) -> super::ClientStreamingCall<Self::Msg, Self::Msg> {
            self.peer.client_stream()
        }

        fn server_stream(
            &self,
            req: Self::Msg,
        ) -> super::ServerStreamingCall<Self::Msg, Self::Msg> {
            self.peer.server_stream(req)
        }

        fn bidi_everything(&self) -> super::BidiStreamingCall<Self::Everything, Self::Everything> {
            self.peer.bidi_everything()
        }

        fn echo(&self, req: Self::Msg) -> Self::Echo {
            self.peer.echo(req)
        }

        async fn echo_everything(
            &self,
            value: Self::Everything,
        ) -> super::Result<Self::Everything> {
            self.peer.echo_everything(value).await
        }

        fn other_bidi(&self) -> super::BidiStreamingCall<Self::Msg, Self::Msg> {
            self.other.bidi()
        }

        async fn other_echo(&self, req: Self::Msg) -> super::Result<Self::Msg> {
            self.other.echo(req).await
        }
    };
}
use service_calls;

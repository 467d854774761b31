//! The services of `peer.thrift`.

use streamgen_runtime::client::{PingPongCall, ServiceClient};
use streamgen_runtime::{MethodInfo, Mode, PayloadCodec, Result, ServiceInfo, Transport};

use super::{Services, Stray, echo_call, service_calls};
use crate::client::configure;
use crate::options::ClientOptions;
use crate::scenarios::thrift_samples;
use crate::session::{Check, During};
use crate::stream_gen::peerthrift::other::OtherClient;
use crate::stream_gen::peerthrift::peer::{EchoArgs, EchoError, PeerClient, UnaryStreamArgs};
use crate::stream_gen::peerthrift::{Everything, Msg};

#[derive(Clone)]
pub struct ThriftServices {
    pub peer: PeerClient,
    pub other: OtherClient,
}

echo_call!(PingPongCall<EchoArgs, Msg, EchoError>, Msg, EchoError);

const fn stray(name: &'static str) -> ServiceInfo {
    ServiceInfo::new(
        name,
        "peerthrift",
        PayloadCodec::Thrift,
        Transport::TtHeaderStreaming,
        &METHODS,
    )
}

static METHODS: [MethodInfo; 6] = [
    MethodInfo::new("Bidi", Mode::BidiStreaming),
    MethodInfo::new("BidiEverything", Mode::BidiStreaming),
    MethodInfo::new("Missing", Mode::BidiStreaming),
    MethodInfo::new("Missing", Mode::PingPong),
    MethodInfo::new("Echo", Mode::PingPong),
    MethodInfo::new("UnaryStream", Mode::PingPong),
];

static STRAY_PEER: ServiceInfo = stray("Peer");
static STRAY_NOBODY: ServiceInfo = stray("Nobody");
static STRAY_NAMELESS: ServiceInfo = stray("");

impl Services for ThriftServices {
    type Msg = Msg;
    type Everything = Everything;
    type EchoError = EchoError;
    type Echo = PingPongCall<EchoArgs, Msg, EchoError>;

    const PEER: &'static str = "Peer";
    const OTHER: &'static str = "Other";
    const STRAY_PEER: &'static ServiceInfo = &STRAY_PEER;
    const STRAY_NOBODY: &'static ServiceInfo = &STRAY_NOBODY;
    const STRAY_NAMELESS: &'static ServiceInfo = &STRAY_NAMELESS;

    fn connect(options: &ClientOptions) -> Check<Self> {
        let peer = configure(PeerClient::builder(options.name.clone()), options).build();
        let other = configure(OtherClient::builder(options.name.clone()), options).build();
        Ok(Self {
            peer: peer.during("client")?,
            other: other.during("client")?,
        })
    }

    service_calls!();

    async fn stray_call(client: &ServiceClient, method: Stray, req: Msg) -> Result<Msg> {
        let number = method as usize;
        match method {
            Stray::UnaryStream => client.ping_pong(number, UnaryStreamArgs { req }).await,
            _ => client.ping_pong(number, EchoArgs { req }).await,
        }
    }

    fn samples() -> Vec<(&'static str, Everything)> {
        thrift_samples()
    }

    fn from_kitex(sample: Everything) -> Everything {
        sample
    }
}

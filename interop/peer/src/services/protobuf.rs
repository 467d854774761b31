//! The services of `peer.proto`.

use streamgen_runtime::client::{ServiceClient, UnaryCall};
use streamgen_runtime::{Error, MethodInfo, Mode, PayloadCodec, Result, ServiceInfo, Transport};

use super::{Services, Stray, echo_call, service_calls};
use crate::client::configure;
use crate::options::ClientOptions;
use crate::protobuf_gen::peerpb::everything::Choice;
use crate::protobuf_gen::peerpb::other_pb::OtherPbClient;
use crate::protobuf_gen::peerpb::peer_pb::PeerPbClient;
use crate::protobuf_gen::peerpb::{Everything, Msg};
use crate::scenarios::protobuf_samples;
use crate::session::{Check, During};

#[derive(Clone)]
pub struct ProtobufServices {
    pub peer: PeerPbClient,
    pub other: OtherPbClient,
}

echo_call!(UnaryCall<Msg, Msg>, Msg, Error);

const fn stray(name: &'static str) -> ServiceInfo {
    ServiceInfo::new(
        name,
        "peerpb",
        PayloadCodec::Protobuf,
        Transport::Grpc,
        &METHODS,
    )
}

static METHODS: [MethodInfo; 5] = [
    MethodInfo::new("Bidi", Mode::BidiStreaming),
    MethodInfo::new("BidiEverything", Mode::BidiStreaming),
    MethodInfo::new("Missing", Mode::BidiStreaming),
    MethodInfo::new("Missing", Mode::PingPong),
    MethodInfo::new("Echo", Mode::PingPong),
];

static STRAY_PEER: ServiceInfo = stray("PeerPb");
static STRAY_NOBODY: ServiceInfo = stray("Nobody");
static STRAY_NAMELESS: ServiceInfo = stray("");

impl Services for ProtobufServices {
    type Msg = Msg;
    type Everything = Everything;
    type EchoError = Error;
    type Echo = UnaryCall<Msg, Msg>;

    const PEER: &'static str = "PeerPb";
    const OTHER: &'static str = "OtherPb";
    const STRAY_PEER: &'static ServiceInfo = &STRAY_PEER;
    const STRAY_NOBODY: &'static ServiceInfo = &STRAY_NOBODY;
    const STRAY_NAMELESS: &'static ServiceInfo = &STRAY_NAMELESS;

    fn connect(options: &ClientOptions) -> Check<Self> {
        let peer = configure(PeerPbClient::builder(options.name.clone()), options).build();
        let other = configure(OtherPbClient::builder(options.name.clone()), options).build();
        Ok(Self {
            peer: peer.during("client")?,
            other: other.during("client")?,
        })
    }

    service_calls!();

    async fn stray_call(client: &ServiceClient, method: Stray, req: Msg) -> Result<Msg> {
        client.unary(method as usize, req).await
    }

    fn samples() -> Vec<(&'static str, Everything)> {
        protobuf_samples()
    }

    /// A member of a oneof that is zero is read by Kitex v0.16.3, but not written.
    fn from_kitex(mut sample: Everything) -> Everything {
        let zero = match &sample.choice {
            Some(Choice::Number(number)) => *number == 0,
            Some(Choice::Word(word)) => word.is_empty(),
            Some(Choice::Inner(_)) | None => false,
        };
        sample.choice = sample.choice.filter(|_| !zero);
        sample
    }
}

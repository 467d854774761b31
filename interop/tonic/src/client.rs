//! The client: flags, and the channel that cases call.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use anyhow::{Context as _, Result};
use http::{Request, Response};
use tonic::body::Body;
use tonic::transport::{self, Certificate, ClientTlsConfig, Endpoint};
use tower_service::Service;

use crate::cases;
use crate::flags::{Flags, Usage};
use crate::messages::pb::test_service_client::TestServiceClient;
use crate::messages::pb::unimplemented_service_client::UnimplementedServiceClient;
use crate::server::read;
use crate::watch::{Seen, Watched};

/// How long a case may take.
const TIMEOUT: Duration = Duration::from_secs(20);

/// What the command line asks for.
#[derive(Debug)]
pub(crate) struct Options {
    case: String,
    host: String,
    port: u16,
    /// The file of the certificate authority and the name of the server, with TLS.
    tls: Option<(String, String)>,
}

impl Options {
    pub(crate) fn parse(args: impl IntoIterator<Item = String>) -> Result<Self, Usage> {
        let names = [
            "server_host",
            "server_port",
            "test_case",
            "ca_file",
            "server_host_override",
        ];
        let flags = Flags::parse(args, &names, &["use_tls", "use_test_ca"])?;
        let text = |name, default: &str| flags.text(name).unwrap_or(default).to_owned();
        let host = text("server_host", "localhost");
        let tls = match (flags.switch("use_tls")?, flags.text("ca_file")) {
            (true, None) => return Err("-use_tls needs -ca_file".to_owned()),
            (true, Some(ca)) => Some((ca.to_owned(), text("server_host_override", &host))),
            (false, _) => None,
        };
        Ok(Self {
            case: text("test_case", "large_unary"),
            port: flags.port("server_port", 10000)?,
            host,
            tls,
        })
    }
}

/// Runs the case.
///
/// # Errors
/// The case failed, or there is none of this name.
pub(crate) async fn run(options: &Options) -> Result<()> {
    let channel = Channel(connect(options).await?);
    let clients = Clients {
        test: TestServiceClient::new(channel.clone()),
        unimplemented: UnimplementedServiceClient::new(channel),
    };
    let case = cases::run(&options.case, clients);
    let passed = tokio::time::timeout(TIMEOUT, case).await;
    let passed = passed.with_context(|| format!("takes longer than {TIMEOUT:?}"));
    passed
        .and_then(|passed| passed)
        .with_context(|| options.case.clone())
}

async fn connect(options: &Options) -> Result<transport::Channel> {
    let scheme = if options.tls.is_some() {
        "https"
    } else {
        "http"
    };
    let address = format!("{scheme}://{}:{}", options.host, options.port);
    let mut endpoint = Endpoint::from_shared(address)?;
    if let Some((ca, name)) = &options.tls {
        let ca = Certificate::from_pem(read(ca)?);
        let tls = ClientTlsConfig::new().ca_certificate(ca).domain_name(name);
        endpoint = endpoint.tls_config(tls)?;
    }
    Ok(endpoint.connect().await?)
}

/// What cases call.
#[derive(Debug, Clone)]
pub(crate) struct Clients {
    pub(crate) test: TestServiceClient<Channel>,
    /// A service that no server has.
    pub(crate) unimplemented: UnimplementedServiceClient<Channel>,
}

/// tonic's channel, with a look at the responses.
#[derive(Debug, Clone)]
pub(crate) struct Channel(transport::Channel);

impl Service<Request<Body>> for Channel {
    type Response = Response<Body>;
    type Error = transport::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, transport::Error>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), transport::Error>> {
        self.0.poll_ready(cx)
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let answer = self.0.call(request);
        Box::pin(async move {
            let seen = Seen::default();
            let response = answer.await?;
            let mut response = response.map(|body| Body::new(Watched::new(body, seen.clone())));
            response.extensions_mut().insert(seen);
            Ok(response)
        })
    }
}

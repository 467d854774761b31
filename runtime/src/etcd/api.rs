//! Calls of etcd.

use std::time::Duration;

use bytes::Bytes;
use faststr::FastStr;
use tokio::time::timeout;

use super::Settings;
use super::follow::Range;
use super::stream_gen::etcdserverpb::auth::AuthClient;
use super::stream_gen::etcdserverpb::kv::KvClient;
use super::stream_gen::etcdserverpb::lease::LeaseClient;
use super::stream_gen::etcdserverpb::watch::WatchClient;
use super::stream_gen::etcdserverpb::watch_request::RequestUnion;
use super::stream_gen::etcdserverpb::{
    AuthenticateRequest, LeaseGrantRequest, LeaseKeepAliveRequest, LeaseKeepAliveResponse,
    LeaseRevokeRequest, PutRequest, RangeRequest, RangeResponse, WatchCreateRequest, WatchRequest,
    WatchResponse,
};
use crate::client::Channel;
use crate::error::{Error, ErrorKind, Result};
use crate::metadata::Metadata;
use crate::service::{Transport, UnaryTransport};
use crate::streaming::BidiStreamingClient;
use crate::trace::cut;
use crate::wire::GrpcLimits;

/// How long a call may take: what registry-etcd has for each of its requests.
pub(super) const CALL: Duration = Duration::from_secs(3);
/// How long a call may take to reach a member: all addresses that are tried share it.
const DIAL: Duration = Duration::from_secs(1);
/// When a connection is silent for so long, etcd has to answer a ping. It forbids more than one in 5 s.
const KEEPALIVE: Duration = Duration::from_secs(10);

/// The clients of all services of etcd, over one connection for each address. Without `Debug`, which would tell
/// the password.
pub(super) struct Api {
    auth: AuthClient,
    kv: KvClient,
    lease: LeaseClient,
    watch: WatchClient,
    user: Option<AuthenticateRequest>,
}

/// Calls of one user, whose token may become invalid: then another session has to begin. Without `Debug`, which
/// would tell the token.
pub(super) struct Session<'a> {
    api: &'a Api,
    header: Metadata,
}

impl Api {
    /// # Errors
    /// A setting has no effect on such addresses.
    pub(super) fn new(settings: &Settings) -> Result<Self> {
        let limits = GrpcLimits {
            keepalive: Some(KEEPALIVE),
            ..GrpcLimits::default()
        };
        let mut builder = Channel::builder("etcd")
            .transport(Transport::Grpc)
            .unary_transport(UnaryTransport::Grpc)
            .connect_timeout(DIAL)
            .rpc_timeout(CALL)
            .grpc_limits(limits);
        for address in &settings.addresses {
            builder = builder.address(address.clone());
        }
        #[cfg(feature = "tls")]
        if let Some(tls) = settings.tls.clone() {
            builder = builder.tls(tls);
        }
        let request = |(name, password): &(FastStr, FastStr)| AuthenticateRequest {
            name: name.to_string(),
            password: password.to_string(),
        };
        let user = settings.user.as_ref().map(request);
        Ok(Self::over(&builder.build()?, user))
    }

    pub(super) fn over(channel: &Channel, user: Option<AuthenticateRequest>) -> Self {
        Self {
            auth: AuthClient::new(channel.clone()),
            kv: KvClient::new(channel.clone()),
            lease: LeaseClient::new(channel.clone()),
            watch: WatchClient::new(channel.clone()),
            user,
        }
    }

    /// # Errors
    /// etcd cannot be reached, or does not know the user.
    pub(super) async fn session(&self) -> Result<Session<'_>> {
        let mut header = Metadata::default();
        // As clientv3's WithRequireLeader: a member without a leader tells no changes, and must say so.
        header.insert("hasleader", "true");
        if let Some(user) = &self.user {
            let answer = self.auth.authenticate(user.clone()).await?;
            header.insert("token", answer.token);
        }
        Ok(Session { api: self, header })
    }
}

impl Session<'_> {
    /// The keys from `key` on, below `end`, at most `limit`.
    pub(super) async fn range(&self, key: &str, end: Vec<u8>, limit: i64) -> Result<RangeResponse> {
        let request = RangeRequest {
            key: bytes(key),
            range_end: end.into(),
            limit,
        };
        self.api.kv.range(request).header(self.header.clone()).await
    }

    pub(super) async fn put(&self, key: &str, value: &str, lease: i64) -> Result<()> {
        let request = PutRequest {
            key: bytes(key),
            value: bytes(value),
            lease,
        };
        self.api.kv.put(request).header(self.header.clone()).await?;
        Ok(())
    }

    /// A lease of so many seconds: its number, and the seconds that etcd grants.
    pub(super) async fn grant(&self, seconds: i64) -> Result<(i64, i64)> {
        let request = LeaseGrantRequest { ttl: seconds };
        let call = self.api.lease.lease_grant(request);
        let granted = call.header(self.header.clone()).await?;
        match granted.error.is_empty() {
            true => Ok((granted.id, granted.ttl)),
            false => Err(Error::application(cut(&granted.error).to_owned())),
        }
    }

    /// Ends a lease, and removes its keys.
    pub(super) async fn revoke(&self, lease: i64) -> Result<()> {
        let call = self
            .api
            .lease
            .lease_revoke(LeaseRevokeRequest { id: lease });
        call.header(self.header.clone()).await?;
        Ok(())
    }

    pub(super) async fn keep_alive(
        &self,
    ) -> Result<BidiStreamingClient<LeaseKeepAliveRequest, LeaseKeepAliveResponse>> {
        let call = self.api.lease.lease_keep_alive();
        call.header(self.header.clone()).await
    }

    /// The changes of these ranges, each from behind a revision on, on one stream.
    pub(super) async fn watch(
        &self,
        ranges: &[(&Range, i64)],
    ) -> Result<BidiStreamingClient<WatchRequest, WatchResponse>> {
        let mut stream = self.api.watch.watch().header(self.header.clone()).await?;
        for (range, revision) in ranges {
            let create = WatchCreateRequest {
                key: bytes(&range.key),
                range_end: range.end.clone().into(),
                start_revision: revision + 1,
                progress_notify: false,
            };
            let create = Some(RequestUnion::CreateRequest(create));
            let request = WatchRequest {
                request_union: create,
            };
            stream.send(request).await?;
        }
        Ok(stream)
    }
}

/// # Errors
/// It took longer than a call may take.
pub(super) async fn in_time<T>(
    limit: Duration,
    answer: impl Future<Output = Result<T>>,
) -> Result<T> {
    timeout(limit, answer).await.unwrap_or_else(|_| {
        let text = format!("etcd has not answered within {limit:?}");
        Err(Error::new(ErrorKind::Timeout, 0, text))
    })
}

fn bytes(text: &str) -> Bytes {
    Bytes::copy_from_slice(text.as_bytes())
}

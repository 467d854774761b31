//! Opening a stream: what its HEADER says and costs, whether it is served, and the start of its handler.

use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use faststr::FastStr;

use super::Shared;
use crate::call::{CallAbilities, Incoming, Shape};
use crate::codec::ApplicationException;
use crate::error::{Result, Side};
use crate::service::PayloadCodec;
use crate::wire::KITEX;
use crate::wire::ttheader::PROTOCOL;
use crate::wire::ttheader::errors::from_encode;
use crate::wire::ttheader::events;
use crate::wire::ttheader::frame::{FrameInfo, int_key, str_key};
use crate::wire::ttheader::server::handler::Run;
use crate::wire::ttheader::server::stream::IncomingStream;
use crate::wire::ttheader::state::{Outcome, not_begun};

/// Streams have header and trailer by their own calls, and no call without stream is on this wire.
static ABILITIES: CallAbilities = CallAbilities {
    wire: PROTOCOL,
    rpc_system: KITEX,
    header: None,
    backward: false,
    compression: false,
    streams_only: false,
};

/// Bytes that the cost of a HEADER is rounded up to: a stream keeps it in 16 bits, and a HEADER has no more
/// than 43,690 pairs and 256 KiB.
pub(in crate::wire::ttheader::server) const HEADER_UNIT: usize = 256;
/// What a pair takes besides its bytes.
const PAIR_COST: usize = 64;

impl Shared {
    /// A client opened a stream (statement 23).
    pub(super) fn open(self: &Arc<Self>, sid: i32, info: FrameInfo) -> Result<()> {
        let header = header_cost(&info);
        let incoming = self.incoming(info);
        let route = self
            .routes
            .get(incoming.service.clone(), incoming.method.clone())
            .map_err(|error| from_encode(Side::Server, error))?;
        let stream = RunningStream::new(Arc::new(IncomingStream::new(
            sid,
            route,
            header,
            Arc::clone(self),
        )));
        self.streams.insert(sid, Arc::clone(&stream.0))?;
        if let Some(exception) = self.why_refused() {
            stream.finish(Outcome::Exception(exception));
            return Ok(());
        }
        let raw = Arc::clone(&stream.0) as _;
        let cancellation = stream.cancellation.clone();
        let route = self.dispatch.route(&incoming);
        match route.and_then(|route| route.open(incoming, raw, cancellation)) {
            Ok(handler) => {
                tokio::spawn(Run { handler, stream });
            }
            Err(exception) => stream.finish(Outcome::Exception(exception)),
        }
        Ok(())
    }

    /// What the client is told if a stream that it has just opened is not served.
    fn why_refused(&self) -> Option<ApplicationException> {
        if self.refuses.load(Ordering::Relaxed) {
            events::refused_at_stop(&self.refusal, self.peer);
            return Some(not_begun());
        }
        let max = self.connection.limits.max_streams;
        if self.supervisor.count() > max {
            events::stream_refused(&self.refusal, self.peer, max);
            return Some(too_many_streams(max));
        }
        let max = self.connection.limits.connection_headers;
        if self.headers.load(Ordering::Relaxed) > max {
            events::headers_refused(&self.refusal, self.peer, max);
            return Some(too_many_headers(max));
        }
        None
    }

    fn incoming(&self, info: FrameInfo) -> Incoming {
        let FrameInfo {
            method,
            ints,
            strings,
        } = info;
        let caller = ints
            .into_iter()
            .find(|(key, _)| *key == int_key::FROM_SERVICE);
        Incoming {
            payload: PayloadCodec::Thrift,
            shape: Shape::Stream,
            package: None,
            service: FastStr::new(strings.get(str_key::SERVICE).unwrap_or_default()),
            method,
            metadata: strings,
            caller: caller.map(|(_, name)| name).unwrap_or_default(),
            abilities: &ABILITIES,
            peer: self.peer,
            certificates: None,
            timeout: None,
        }
    }
}

/// A stream whose handler counts as running, from HEADER to TRAILER. There is one for each stream.
pub(in crate::wire::ttheader::server) struct RunningStream(Arc<IncomingStream>);

impl RunningStream {
    fn new(stream: Arc<IncomingStream>) -> Self {
        Self(stream)
    }
}

impl Deref for RunningStream {
    type Target = IncomingStream;

    fn deref(&self) -> &IncomingStream {
        &self.0
    }
}

impl Drop for RunningStream {
    fn drop(&mut self) {
        self.0.shared.supervisor.end(&self.0.cancellation);
    }
}

/// What one HEADER costs at most while its handler runs, in units of [`HEADER_UNIT`]: its bytes, and what
/// a pair takes besides.
fn header_cost(info: &FrameInfo) -> u16 {
    let pairs = info.strings.iter();
    let bytes: usize = pairs
        .map(|(key, value)| PAIR_COST + key.len() + value.len())
        .sum();
    u16::try_from(bytes.div_ceil(HEADER_UNIT)).unwrap_or(u16::MAX)
}

#[cold]
fn too_many_headers(limit: usize) -> ApplicationException {
    let text = format!("headers of the connection's running streams exceed {limit} bytes");
    ApplicationException::new(ApplicationException::INTERNAL_ERROR, text)
}

#[cold]
fn too_many_streams(limit: usize) -> ApplicationException {
    let text = format!("connection has {limit} running streams already");
    ApplicationException::new(ApplicationException::INTERNAL_ERROR, text)
}

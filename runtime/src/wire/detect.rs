//! Finds the protocol of a connection by its first bytes, so that one port serves many protocols.
//!
//! The tests and their order are Kitex's (ttheader-streaming.md 6.1, grpc-and-pingpong.md D). Each
//! protocol's folder contains its test, and the table of the wires contains the order. No sane
//! message passes two of the tests.

use std::time::Duration;

use bytes::BytesMut;
use tokio::io::{AsyncRead, AsyncReadExt};

use super::protocol::{Claim, FIRST_BYTES, Protocol};
use crate::call::in_time;

/// How long a peer may take for its first [`FIRST_BYTES`] bytes. Kitex waits for ever; here a
/// silent peer must not hold a connection of the server open.
pub(crate) const DEFAULT_DETECTION_TIMEOUT: Duration = Duration::from_secs(5);

/// Returns the first of `protocols` that claims a connection which begins with `first`.
#[must_use]
pub(crate) fn claimant<'a>(
    protocols: &'a [Box<dyn Protocol>],
    first: &[u8; FIRST_BYTES],
) -> Option<&'a dyn Protocol> {
    let mut protocols = protocols.iter().map(|protocol| &**protocol);
    protocols.find(|protocol| protocol.claims(first) == Claim::Mine)
}

/// Reads until the protocol is known. The bytes that were read stay in `first`; they may be more
/// than the decision needed. Returns `None` if no protocol claims the connection, the peer is too
/// slow, or the peer has closed it; the caller then closes the connection without an answer
/// (statement 90).
pub(crate) async fn detect<'a, R>(
    io: &mut R,
    first: &mut BytesMut,
    protocols: &'a [Box<dyn Protocol>],
    timeout: Duration,
) -> Option<&'a dyn Protocol>
where
    R: AsyncRead + Unpin,
{
    let enough = async {
        while first.len() < FIRST_BYTES {
            if io.read_buf(first).await.ok()? == 0 {
                return None;
            }
        }
        Some(())
    };
    in_time(timeout, enough).await??;
    claimant(protocols, first.first_chunk()?)
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncWriteExt, DuplexStream};

    use super::*;
    use crate::wire::ServerWires;
    use crate::wire::protocol::Protocols;

    const STREAMING: [u8; 8] = [0, 0, 0, 0x2e, 0x10, 0, 0, 0x02];

    const TTHEADER_STREAMING: Option<&str> = Some("TTHeader Streaming");
    const PING_PONG: Option<&str> = Some("ping-pong");
    const GRPC: Option<&str> = Some("gRPC");

    fn protocols() -> Protocols {
        ServerWires::default().protocols()
    }

    /// The name of the protocol that claims `first`.
    fn claimed(first: &[u8; FIRST_BYTES]) -> Option<&'static str> {
        claimant(&protocols(), first).map(Protocol::name)
    }

    async fn detected(io: &mut DuplexStream, first: &mut BytesMut) -> Option<&'static str> {
        let protocols = protocols();
        let found = detect(io, first, &protocols, DEFAULT_DETECTION_TIMEOUT).await;
        found.map(Protocol::name)
    }

    #[test]
    fn s87_g93_the_tests_run_in_kitex_order() {
        assert_eq!(claimed(&STREAMING), TTHEADER_STREAMING);
        // Other flags do not matter: 0x001a has the streaming bit, 0x0018 does not have it.
        assert_eq!(
            claimed(&[0, 0, 0, 0x2e, 0x10, 0, 0, 0x1a]),
            TTHEADER_STREAMING
        );
        assert_eq!(claimed(&[0, 0, 0, 0x2e, 0x10, 0, 0, 0x18]), PING_PONG);
        for enveloped in [
            [0, 0, 0, 0x1c, 0x80, 0x01, 0, 1], // Framed
            [0, 0, 0, 0x1c, 0x90, 0x01, 0, 1], // Framed with Protobuf
            [0x80, 0x01, 0, 1, 0, 0, 0, 3],    // Buffered
            [0xff, 0xaf, 0, 8, 0, 0, 0, 0],    // MeshHeader, which ping-pong refuses
        ] {
            assert_eq!(claimed(&enveloped), PING_PONG);
        }
    }

    #[test]
    fn g88_http2_is_told_by_its_preface() {
        assert_eq!(claimed(b"PRI * HT"), GRPC);
        assert_eq!(claimed(b"PRI * FT"), None);
    }

    #[test]
    fn s90_g92_unrecognised_first_bytes_are_nobodys() {
        assert_eq!(claimed(b"GET / HT"), None);
        assert_eq!(claimed(&[0; 8]), None);
    }

    #[tokio::test]
    async fn s88_g89_first_bytes_may_arrive_one_at_a_time() {
        let (mut peer, mut io) = tokio::io::duplex(1);
        let writer = tokio::spawn(async move {
            for byte in STREAMING {
                peer.write_all(&[byte]).await.unwrap();
            }
            peer
        });
        let mut first = BytesMut::new();
        let found = detected(&mut io, &mut first).await;
        assert_eq!(found, TTHEADER_STREAMING);
        assert_eq!(&first[..], &STREAMING);
        drop(writer.await.unwrap());
    }

    #[tokio::test(start_paused = true)]
    async fn g90_a_peer_that_stops_before_its_eighth_byte_is_given_up_after_the_timeout() {
        for sent in [0, 7] {
            let (mut peer, mut io) = tokio::io::duplex(8);
            peer.write_all(&STREAMING[..sent]).await.unwrap();
            let (mut first, began) = (BytesMut::new(), tokio::time::Instant::now());
            assert_eq!(detected(&mut io, &mut first).await, None);
            assert_eq!(began.elapsed(), DEFAULT_DETECTION_TIMEOUT);
        }
    }

    #[tokio::test]
    async fn g90_a_probe_that_connects_and_closes_is_no_protocol() {
        let (peer, mut io) = tokio::io::duplex(1);
        drop(peer);
        let mut first = BytesMut::new();
        assert_eq!(detected(&mut io, &mut first).await, None);
    }
}

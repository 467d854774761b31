//! One port, many protocols: the first bytes of a connection tell them apart.
//!
//! The tests and their order are Kitex's (ttheader-streaming.md 6.1, grpc-and-pingpong.md D). No
//! two of them hold for one sane message, so a protocol added later goes into the same list.

use std::time::Duration;

use bytes::BytesMut;
use tokio::io::{AsyncRead, AsyncReadExt};

/// Bytes that decide; the smallest message of any protocol is longer.
pub(crate) const DETECTION_LEN: usize = 8;

/// How long a peer may take for its first [`DETECTION_LEN`] bytes. Kitex waits for ever; a
/// server that must not be held open by silent peers cannot.
pub(crate) const DEFAULT_DETECTION_TIMEOUT: Duration = Duration::from_secs(5);

/// What a connection speaks, for its whole life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Protocol {
    /// TTHeader frames with the streaming flag.
    TtHeaderStreaming,
    /// Ping-pong, whose framing and codec are looked at again for each message.
    PingPong,
    /// HTTP/2, which carries gRPC.
    Http2,
}

/// What every HTTP/2 connection begins with; the rest of the preface is checked by h2.
const HTTP2_PREFACE: &[u8; DETECTION_LEN] = b"PRI * HT";
/// TTHeader's magic, at offset 4.
const TTHEADER_MAGIC: [u8; 2] = [0x10, 0x00];
/// Bit of the flags, at offset 6, that every streaming frame carries.
const STREAMING_FLAG: u8 = 0x02;
/// What the envelope of a ping-pong message begins with: Thrift's, and KitexProtobuf's.
const ENVELOPES: [[u8; 2]; 2] = [[0x80, 0x01], [0x90, 0x01]];

/// What a MeshHeader begins with: ping-pong's, which refuses it with a message.
const MESH_HEADER: [u8; 2] = [0xff, 0xaf];

/// Names the protocol that begins with `first`, or `None` if it is none that is served here.
#[must_use]
pub(crate) fn classify(first: &[u8; DETECTION_LEN]) -> Option<Protocol> {
    if first == HTTP2_PREFACE {
        return Some(Protocol::Http2);
    }
    let at_four = [first[4], first[5]];
    if at_four == TTHEADER_MAGIC {
        return Some(match first[7] & STREAMING_FLAG {
            0 => Protocol::PingPong,
            _ => Protocol::TtHeaderStreaming,
        });
    }
    let at_zero = [first[0], first[1]];
    let enveloped = ENVELOPES.contains(&at_four) || [ENVELOPES[0], MESH_HEADER].contains(&at_zero);
    enveloped.then_some(Protocol::PingPong)
}

/// Reads until the protocol is known. The bytes read stay in `first`, and may be more than the
/// decision needed. `None`: nothing that is served here, or too slow, or closed; the connection
/// is to be closed without an answer (statement 90).
pub(crate) async fn detect<R>(
    io: &mut R,
    first: &mut BytesMut,
    timeout: Duration,
) -> Option<Protocol>
where
    R: AsyncRead + Unpin,
{
    let enough = async {
        while first.len() < DETECTION_LEN {
            if io.read_buf(first).await.ok()? == 0 {
                return None;
            }
        }
        Some(())
    };
    tokio::time::timeout(timeout, enough).await.ok()??;
    classify(first.first_chunk()?)
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncWriteExt;

    use super::*;

    const STREAMING: [u8; 8] = [0, 0, 0, 0x2e, 0x10, 0, 0, 0x02];

    #[test]
    fn s87_g93_the_tests_run_in_kitex_order() {
        assert_eq!(classify(&STREAMING), Some(Protocol::TtHeaderStreaming));
        // Other flags do not matter: 0x001a has the streaming bit, 0x0018 has not.
        assert_eq!(
            classify(&[0, 0, 0, 0x2e, 0x10, 0, 0, 0x1a]),
            Some(Protocol::TtHeaderStreaming)
        );
        assert_eq!(
            classify(&[0, 0, 0, 0x2e, 0x10, 0, 0, 0x18]),
            Some(Protocol::PingPong)
        );
        for enveloped in [
            [0, 0, 0, 0x1c, 0x80, 0x01, 0, 1], // Framed
            [0, 0, 0, 0x1c, 0x90, 0x01, 0, 1], // the same with Protobuf
            [0x80, 0x01, 0, 1, 0, 0, 0, 3],    // Buffered
            [0xff, 0xaf, 0, 2, 0, 0, 0x80, 1], // MeshHeader
        ] {
            assert_eq!(classify(&enveloped), Some(Protocol::PingPong));
        }
    }

    #[test]
    fn g88_http2_is_told_by_its_preface() {
        assert_eq!(classify(b"PRI * HT"), Some(Protocol::Http2));
        assert_eq!(classify(b"PRI * FT"), None);
    }

    #[test]
    fn s90_g92_unrecognised_first_bytes_are_nobodys() {
        assert_eq!(classify(b"GET / HT"), None);
        assert_eq!(classify(&[0; 8]), None);
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
        let found = detect(&mut io, &mut first, DEFAULT_DETECTION_TIMEOUT).await;
        assert_eq!(found, Some(Protocol::TtHeaderStreaming));
        assert_eq!(&first[..], &STREAMING);
        drop(writer.await.unwrap());
    }

    #[tokio::test(start_paused = true)]
    async fn g90_a_peer_that_stops_before_its_eighth_byte_is_given_up_after_the_timeout() {
        for sent in [0, 7] {
            let (mut peer, mut io) = tokio::io::duplex(8);
            peer.write_all(&STREAMING[..sent]).await.unwrap();
            let (mut first, began) = (BytesMut::new(), tokio::time::Instant::now());
            assert_eq!(
                detect(&mut io, &mut first, DEFAULT_DETECTION_TIMEOUT).await,
                None
            );
            assert_eq!(began.elapsed(), DEFAULT_DETECTION_TIMEOUT);
        }
    }

    #[tokio::test]
    async fn g90_a_probe_that_connects_and_closes_is_no_protocol() {
        let (peer, mut io) = tokio::io::duplex(1);
        drop(peer);
        let mut first = BytesMut::new();
        assert_eq!(
            detect(&mut io, &mut first, DEFAULT_DETECTION_TIMEOUT).await,
            None
        );
    }
}

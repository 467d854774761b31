//! What the TTHeader of a ping-pong message says, and how it is read (grpc-and-pingpong.md C.7, C.8).

use std::collections::BTreeMap;
use std::time::Duration;

use faststr::FastStr;

use super::checksum;
use super::envelope::MessageType;
use super::framing::Framing;
use crate::call::Outgoing;
use crate::error::{BizStatusError, Error, ErrorKind, Result};
use crate::metadata::Metadata;
use crate::wire::ttheader::frame::{Header, PROTOCOL_THRIFT_BINARY, int_key, str_key};

/// "Close this connection after the reply": `1` in a response.
pub(super) const CONNECTION_RESET: &str = "crrst";
/// Prefix that volo writes in front of backward metainfo; Kitex writes the bare key.
const BACKWARD_PREFIX: &str = "RPC_BACKWARD_";
/// Response keys that are not backward metainfo.
const RESERVED: [&str; 6] = [
    CONNECTION_RESET,
    checksum::KEY,
    "rip",
    str_key::BIZ_STATUS,
    str_key::BIZ_MESSAGE,
    str_key::BIZ_EXTRA,
];

/// The header of a request, as a Kitex client with its TTHeader meta handler writes it.
pub(super) fn request_header(framing: Framing, request: &Outgoing, seq_id: i32) -> Header {
    let kind = MessageType::of(request.method.mode);
    let transport_type = match framing.has_length() {
        true => "framed",
        false => "unframed",
    };
    let mut ints = vec![
        (
            int_key::TRANSPORT_TYPE,
            FastStr::from_static_str(transport_type),
        ),
        (int_key::FROM_SERVICE, request.caller.clone()),
        (int_key::TO_SERVICE, request.destination.clone()),
        (int_key::TO_METHOD, request.shared_method()),
        (int_key::FROM_METHOD, request.caller_method.clone()),
        (int_key::MESSAGE_TYPE, kind.digit()),
    ];
    // The header has a timeout only if the user has set one: an absent key is no limit.
    if let Some(deadline) = request.deadline {
        ints.push((int_key::RPC_TIMEOUT, millis(deadline.remaining())));
    }
    if let Some(timeout) = request.connect_timeout {
        ints.push((int_key::CONNECT_TIMEOUT, millis(timeout)));
    }
    let mut strings = request.metainfo.clone();
    strings.insert(str_key::SERVICE, request.shared_service());
    Header {
        seq_id,
        protocol_id: PROTOCOL_THRIFT_BINARY,
        ints: ints.into_iter().collect(),
        strings,
        flags: 0,
    }
}

/// The header of a reply or exception: message type, backward metainfo, business status.
pub(super) fn reply_header(kind: MessageType, seq_id: i32, strings: Metadata) -> Header {
    Header {
        seq_id,
        protocol_id: PROTOCOL_THRIFT_BINARY,
        ints: [(int_key::MESSAGE_TYPE, kind.digit())]
            .into_iter()
            .collect(),
        strings,
        flags: 0,
    }
}

/// How long the caller of this request waits, if it says so. Not a number: as if absent.
pub(super) fn timeout(header: &Header) -> Option<Duration> {
    let millis = header.int(int_key::RPC_TIMEOUT)?.parse().ok()?;
    Some(Duration::from_millis(millis)).filter(|timeout| !timeout.is_zero())
}

/// Puts a business status into the string pairs of a reply.
pub(super) fn insert_biz_status(biz: &BizStatusError, strings: &mut Metadata) {
    strings.insert(str_key::BIZ_STATUS, biz.code().to_string());
    strings.insert(str_key::BIZ_MESSAGE, biz.message().to_owned());
    if let Some(extra) = biz.extras() {
        // String keys and values always serialise.
        strings.insert(
            str_key::BIZ_EXTRA,
            serde_json::to_string(extra).unwrap_or_default(),
        );
    }
}

/// Takes the business status out of a reply's string pairs: `None` if there is none, or it is 0 or no
/// number.
pub(super) fn biz_status(strings: &Metadata) -> Result<Option<BizStatusError>> {
    let status = strings
        .get(str_key::BIZ_STATUS)
        .and_then(|text| text.parse::<i32>().ok());
    let Some(code) = status.filter(|code| *code != 0) else {
        return Ok(None);
    };
    let extra = match strings.get(str_key::BIZ_EXTRA) {
        None | Some("") => None,
        Some(json) => Some(parse_extra(json)?),
    };
    let message = strings
        .get(str_key::BIZ_MESSAGE)
        .unwrap_or_default()
        .to_owned();
    Ok(Some(BizStatusError::new(code, message).with_extra(extra)))
}

fn parse_extra(json: &str) -> Result<BTreeMap<String, String>> {
    serde_json::from_str(json).map_err(|error| {
        Error::new(
            ErrorKind::Protocol,
            0,
            format!("malformed {}: {error}", str_key::BIZ_EXTRA),
        )
    })
}

/// What the handler sent back beside its reply.
pub(super) fn backward(strings: &Metadata) -> Metadata {
    strings
        .iter()
        .filter(|(key, _)| !RESERVED.contains(&key.as_str()))
        .map(|(key, value)| {
            (
                key.strip_prefix(BACKWARD_PREFIX).unwrap_or(key).to_owned(),
                value.clone(),
            )
        })
        .collect()
}

/// Rounded up: a server that counted a little less would give up first, and its caller would be told
/// of a failing handler. Never 0, which stands for no limit.
fn millis(timeout: Duration) -> FastStr {
    let millis = timeout.as_nanos().div_ceil(1_000_000).max(1);
    FastStr::from_string(millis.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn biz_status_survives_the_header() {
        let biz = BizStatusError::new(10_001, "peer biz").extra("quoted", "\"é\n<&>");
        let mut strings = Metadata::new();
        insert_biz_status(&biz, &mut strings);
        assert_eq!(biz_status(&strings).unwrap(), Some(biz));
    }

    #[test]
    fn a_timeout_is_rounded_up_to_milliseconds() {
        let nanos = |nanos| millis(Duration::from_nanos(nanos));
        assert_eq!([nanos(0), nanos(1), nanos(1_000_000)], ["1", "1", "1"]);
        assert_eq!([nanos(1_000_001), nanos(19_999_999)], ["2", "20"]);
    }

    #[test]
    fn a_status_of_zero_or_no_number_is_success() {
        for status in ["0", "x", ""] {
            let strings = [(str_key::BIZ_STATUS, status)].into_iter().collect();
            assert_eq!(biz_status(&strings).unwrap(), None);
        }
    }

    #[test]
    fn a_malformed_extra_is_an_error() {
        let strings = [(str_key::BIZ_STATUS, "1"), (str_key::BIZ_EXTRA, "{")]
            .into_iter()
            .collect();
        assert_eq!(
            biz_status(&strings).unwrap_err().kind(),
            ErrorKind::Protocol
        );
    }

    #[test]
    fn backward_metainfo_is_every_key_that_is_not_reserved() {
        let strings = [
            ("PEER_BACK", "b1"),
            ("RPC_BACKWARD_volo", "v"),
            ("crrst", "1"),
            ("biz-status", "1"),
        ];
        let backward = backward(&strings.into_iter().collect());
        let expected: Metadata = [("PEER_BACK", "b1"), ("volo", "v")].into_iter().collect();
        assert_eq!(backward, expected);
    }
}

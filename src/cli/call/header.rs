//! `-H`: the header of a request.

use streamgen_runtime::Metadata;

use super::ending::Ending;

/// What gRPC itself writes. The runtime would leave it out; it says itself what else cannot be sent.
const RESERVED: [&str; 6] = [
    "content-type",
    "grpc-accept-encoding",
    "grpc-encoding",
    "grpc-timeout",
    "te",
    "user-agent",
];

/// The pairs as they are sent.
///
/// # Errors
/// When gRPC writes one of them itself, or the value of a `-bin` key is not base64.
pub(super) fn of(pairs: &[(String, String)]) -> Result<Metadata, Ending> {
    let mut header = Metadata::new();
    for (key, value) in pairs {
        if RESERVED.contains(&key.to_ascii_lowercase().as_str()) {
            let text = format!("-H {key}: gRPC writes this header itself");
            return Err(Ending::usage(text));
        }
        header.append(key.clone(), value.clone());
        if key.to_ascii_lowercase().ends_with("-bin") && header.get_bin(key).is_none() {
            let text = format!("-H {key}: the value of a -bin key is bytes: give them in base64");
            return Err(Ending::usage(text));
        }
    }
    Ok(header)
}

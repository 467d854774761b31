//! What a request is answered with.

use std::time::Duration;

use serde_json::Value;
use sha2::{Digest as _, Sha256};
use streamgen_dynamic::client::CallError;
use streamgen_dynamic::{Method, Mode};
use streamgen_runtime::Metadata;

use super::matching::contains;
use super::rules::{End, Rule};

/// Responses of a stream for which no rule says how many.
const GENERATED: usize = 3;

/// Responses, and what is around them.
pub(super) struct Answer {
    pub(super) delay: Duration,
    pub(super) header: Metadata,
    pub(super) trailer: Metadata,
    /// The responses as JSON, in the order in which they are sent.
    pub(super) responses: Vec<String>,
    pub(super) end: Result<(), CallError>,
    /// The rule that it comes from, from 1.
    pub(super) rule: Option<usize>,
}

/// The answer of the first rule that matches, or a generated one.
pub(super) fn to(
    rules: &[Rule],
    seed: u64,
    service: &str,
    method: &Method,
    request: Option<&str>,
) -> Answer {
    let value = request.and_then(|json| serde_json::from_str::<Value>(json).ok());
    let is_meant = |rule: &&Rule| {
        let of_service = rule.service.as_deref().is_none_or(|name| name == service);
        of_service && rule.method == method.name()
    };
    let matches = |rule: &&Rule| match (&rule.matching, &value) {
        (None, _) => true,
        (Some(pattern), Some(value)) => contains(value, pattern),
        (Some(_), None) => false,
    };
    let found = rules.iter().filter(is_meant).find(matches);
    let count = match method.mode() {
        Mode::ServerStreaming => GENERATED,
        _ => 1,
    };
    let generated = || {
        let seeds = (0..count).map(|index| seed_of(seed, service, method, request, index));
        seeds.map(|seed| method.sample_response(seed)).collect()
    };
    let Some(rule) = found else {
        return Answer {
            delay: Duration::ZERO,
            header: Metadata::new(),
            trailer: Metadata::new(),
            responses: generated(),
            end: Ok(()),
            rule: None,
        };
    };
    let end = match rule.end.clone() {
        End::Well => Ok(()),
        End::Failed(error) => Err(CallError::Call(error)),
        End::Exception { name, json } => Err(CallError::Exception { name, json }),
    };
    Answer {
        delay: rule.delay,
        header: rule.header.clone(),
        trailer: rule.trailer.clone(),
        responses: match &rule.responses {
            Some(responses) => responses.clone(),
            None if end.is_ok() => generated(),
            None => Vec::new(),
        },
        end,
        rule: Some(rule.number),
    }
}

/// Equal requests get equal answers, whatever came in between, and on every machine.
fn seed_of(seed: u64, service: &str, method: &Method, request: Option<&str>, index: usize) -> u64 {
    let what = format!("{seed} {service}/{} {index} {request:?}", method.name());
    let digest = Sha256::digest(what.as_bytes());
    let bytes = digest.iter().take(8);
    bytes.fold(0, |number, &byte| number << 8 | u64::from(byte))
}

//! Rules that fit the IDL.

use std::path::Path;
use std::time::Duration;

use serde_json::Value;
use streamgen_dynamic::{ConvertError, Method, Mode, Schema};
use streamgen_runtime::{BizStatusError, Code, Error, Metadata};
use toml::Spanned;

use super::parse::{Business, Exception, RawRule, Status, Text, parse};
use super::place::RulesFile;
use super::{matching, options};
use crate::cli::call::ending::Ending;
use crate::cli::call::values::duration;
use crate::output::read_bytes;

/// What to answer to which requests.
pub(super) struct Rule {
    pub(super) service: Option<String>,
    pub(super) method: String,
    /// What the request contains.
    pub(super) matching: Option<Value>,
    /// Waited before each response, and before the end if there is none.
    pub(super) delay: Duration,
    pub(super) header: Metadata,
    pub(super) trailer: Metadata,
    /// As JSON. `None`: it is generated, unless the call ends with an error.
    pub(super) responses: Option<Vec<String>>,
    pub(super) end: End,
    /// Line of the file.
    pub(super) number: usize,
}

/// How the call ends, behind the responses.
#[derive(Clone)]
pub(super) enum End {
    Well,
    Failed(Error),
    Exception { name: String, json: String },
}

/// Reads the rules, and holds them against the IDL.
///
/// # Errors
/// The first place that is wrong.
pub(super) fn read(path: &Path, schema: &Schema) -> Result<Vec<Rule>, Ending> {
    let name = path.display().to_string();
    let bytes = read_bytes(path).ok_or_else(|| Ending::failure(format!("cannot read `{name}`")))?;
    let text =
        String::from_utf8(bytes).map_err(|_| Ending::failure(format!("`{name}` is not UTF-8")))?;
    let file = RulesFile { name, text };
    let rules = parse(&file)?.into_iter().enumerate();
    let rules = rules.map(|(index, rule)| check(&file, schema, rule, index + 1));
    rules.collect()
}

fn check(
    file: &RulesFile,
    schema: &Schema,
    rule: Spanned<RawRule>,
    number: usize,
) -> Result<Rule, Ending> {
    let at = rule.span().start;
    let rule = rule.into_inner();
    let method = method(file, schema, &rule.method)?;
    if let Some(pattern) = &rule.matching {
        check_match(file, &method, pattern)?;
    }
    let matching = rule.matching.as_ref();
    let matching = matching.and_then(|text| serde_json::from_str(text.get_ref()).ok());
    let responses = responses(file, &method, &rule)?;
    let (service, name) = match rule.method.get_ref().split_once('/') {
        Some((service, name)) => (Some(service.to_owned()), name),
        None => (None, rule.method.get_ref().as_str()),
    };
    Ok(Rule {
        service,
        method: name.to_owned(),
        matching,
        delay: delay(file, rule.delay.as_ref())?,
        header: rule.header.clone().into_iter().collect(),
        trailer: rule.trailer.clone().into_iter().collect(),
        responses,
        end: end(file, &method, &rule, at)?,
        number,
    })
}

/// `SERVICE/METHOD`, or `METHOD` of the first service that has it.
fn method(file: &RulesFile, schema: &Schema, name: &Text) -> Result<Method, Ending> {
    let wrong =
        |error: streamgen_dynamic::NotFound| file.fault(name.span().start, &error.to_string());
    if let Some((service, method)) = name.get_ref().split_once('/') {
        let service = schema.service(service).map_err(wrong)?;
        return service.method(method).map_err(wrong);
    }
    let found = schema
        .services()
        .find_map(|service| service.method(name.get_ref()).ok());
    match found {
        Some(method) => Ok(method),
        None => {
            let last = schema.last_service().map_err(wrong)?;
            last.method(name.get_ref()).map_err(wrong)
        }
    }
}

/// A request with these members can be.
fn check_match(file: &RulesFile, method: &Method, pattern: &Text) -> Result<(), Ending> {
    let (json, options) = (
        pattern.get_ref().as_bytes(),
        options().deny_unknown_fields(true),
    );
    match method.request_to_wire(json, &options, &mut Vec::new()) {
        Err(error) if !matching::is_only_incomplete(&error) => Err(unfit(file, pattern, &error)),
        _ => Ok(()),
    }
}

fn unfit(file: &RulesFile, text: &Text, error: &ConvertError) -> Ending {
    let idl = error.idl().map(|(file, line)| format!(" ({file}:{line})"));
    let why = format!(
        "{}: {}{}",
        error.path(),
        error.problem(),
        idl.unwrap_or_default()
    );
    file.fault_in_json(&text.span(), error.json_at(), &why)
}

fn responses(
    file: &RulesFile,
    method: &Method,
    rule: &RawRule,
) -> Result<Option<Vec<String>>, Ending> {
    let many = matches!(method.mode(), Mode::ServerStreaming | Mode::BidiStreaming);
    let texts: Vec<&Text> = match (&rule.response, &rule.responses) {
        (None, None) => return Ok(None),
        (Some(one), None) => vec![one],
        (None, Some(all)) if many => all.get_ref().iter().collect(),
        (None, Some(all)) => {
            let why = format!(
                "{} has one response: write response, not responses",
                method.name()
            );
            return Err(file.fault(all.span().start, &why));
        }
        (Some(one), Some(_)) => {
            let why = "the rule has a response and responses: write one of them";
            return Err(file.fault(one.span().start, why));
        }
    };
    let options = options().deny_unknown_fields(true);
    for text in &texts {
        let json = text.get_ref().as_bytes();
        let fits = method.response_to_wire(json, &options, &mut Vec::new());
        fits.map_err(|error| unfit(file, text, &error))?;
    }
    Ok(Some(
        texts
            .into_iter()
            .map(|text| text.get_ref().clone())
            .collect(),
    ))
}

fn delay(file: &RulesFile, text: Option<&Text>) -> Result<Duration, Ending> {
    let Some(text) = text else {
        return Ok(Duration::ZERO);
    };
    duration(text.get_ref()).map_err(|why| file.fault(text.span().start, &why))
}

fn end(file: &RulesFile, method: &Method, rule: &RawRule, at: usize) -> Result<End, Ending> {
    match (&rule.error, &rule.business, &rule.status, &rule.exception) {
        (None, None, None, None) => Ok(End::Well),
        (Some(text), None, None, None) => {
            Ok(End::Failed(Error::application(text.get_ref().clone())))
        }
        (None, Some(business), None, None) => Ok(End::Failed(biz(business).into())),
        (None, None, Some(found), None) => status(file, found),
        (None, None, None, Some(found)) => exception(file, method, rule, found),
        _ => Err(file.fault(
            at,
            "a call ends once: the rule has more than one of error, business, status and exception",
        )),
    }
}

fn biz(business: &Business) -> BizStatusError {
    let error = BizStatusError::new(business.code, business.message.clone());
    let extra = business.extra.iter();
    extra.fold(error, |error, (key, value)| {
        error.extra(key.clone(), value.clone())
    })
}

fn status(file: &RulesFile, found: &Spanned<Status>) -> Result<End, Ending> {
    let Status { code, message } = found.get_ref();
    match i32::try_from(*code) {
        Ok(code @ 1..=16) => Ok(End::Failed(Error::grpc_status(
            Code::from(code),
            message.clone(),
        ))),
        _ => Err(file.fault(found.span().start, "the codes of gRPC go from 1 to 16")),
    }
}

fn exception(
    file: &RulesFile,
    method: &Method,
    rule: &RawRule,
    found: &Spanned<Exception>,
) -> Result<End, Ending> {
    let Exception { name, value } = found.get_ref();
    if method.mode().is_streaming() {
        let why = format!(
            "{} is a stream, and streams have no exceptions",
            method.name()
        );
        return Err(file.fault(found.span().start, &why));
    }
    if let Some(response) = &rule.response {
        let why = "the rule has a response and an exception: write one of them";
        return Err(file.fault(response.span().start, why));
    }
    let json = value.get_ref();
    let fits = method.exception_to_wire(name, json.as_bytes(), &options(), &mut Vec::new());
    fits.map_err(|error| unfit(file, value, &error))?;
    Ok(End::Exception {
        name: name.clone(),
        json: json.clone(),
    })
}

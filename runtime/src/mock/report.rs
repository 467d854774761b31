//! What a test is told: of a call that nobody expects, and of all that went wrong.

use std::fmt::Write;

use super::queue::{Expectation, Queue, Reason};
use super::times::calls;
use crate::error::{Code, Error};
use crate::service::ServiceInfo;

/// The answer to a call that nobody expects.
pub(super) fn unexpected(service: &ServiceInfo, method: usize, reason: Reason) -> Error {
    let method = name(service, method);
    let service = service.name;
    let text = format!(
        "the mock of {service} does not expect this call of `{method}`: {}",
        why(reason)
    );
    Error::grpc_status(Code::UNIMPLEMENTED, text)
}

fn why(reason: Reason) -> &'static str {
    match reason {
        Reason::NotNamed => "no expectation names the method",
        Reason::NoConditionHolds => "no condition of an expectation holds for the request",
        Reason::NoFurther => "it has had all calls that it expects",
        Reason::OutOfOrder => "it is not its turn",
    }
}

/// All that is wrong, an item a line; `None` if nothing is.
pub(super) fn report(service: &ServiceInfo, queue: &Queue) -> Option<String> {
    let unmet = queue.expectations.iter();
    let unmet = unmet.filter(|one| one.calls < one.times.least);
    let mut lines: Vec<_> = unmet.map(|one| unmet_line(service, one)).collect();
    for (call, reason) in &queue.first_unexpected {
        let request = call.request.as_deref().unwrap_or("a stream");
        let method = call.method;
        lines.push(format!(
            "{}.{method}: did not expect a call with {request}: {}",
            service.name,
            why(*reason)
        ));
    }
    let more = queue.unexpected - queue.first_unexpected.len();
    if more > 0 {
        lines.push(format!("and {} more that it did not expect", calls(more)));
    }
    if lines.is_empty() {
        return None;
    }
    let mut report = format!(
        "the mock of {} did not get the calls that it expects:",
        service.name
    );
    for line in lines {
        let _ = write!(report, "\n- {line}");
    }
    Some(report)
}

fn unmet_line(service: &ServiceInfo, one: &Expectation) -> String {
    let method = name(service, one.method);
    let Expectation { times, at, .. } = one;
    let got = calls(one.calls);
    format!(
        "{}.{method}: expected {times}, got {got} ({at})",
        service.name
    )
}

fn name(service: &ServiceInfo, method: usize) -> &'static str {
    service.methods.get(method).map_or("", |method| method.name)
}

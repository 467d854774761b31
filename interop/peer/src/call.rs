//! One call that a handler serves: what was asked of it, and how far it is.

use std::sync::Arc;
use std::time::{Duration, Instant};

use streamgen_runtime::{
    ApplicationException, BizStatusError, Context, Error, ErrorKind, Metadata, Result,
};

use crate::directives::{Directive, Directives};
use crate::message::Msg;
use crate::outcome::{Outcome, Outcomes};
use crate::output::{emit, fields};

/// Transient metainfo: directives of a call.
pub const KEY_DO: &str = "PEER_DO";
/// Transient metainfo: id of a call.
pub const KEY_ID: &str = "PEER_ID";
/// Backward metainfo of the `back` directive.
pub const KEY_BACK: &str = "PEER_BACK";

/// Ends a hold whose context never ends.
const HOLD_LIMIT: Duration = Duration::from_secs(30);

/// Lets the answers leave that were sent before an exit, on a busy machine too.
const EXIT_DELAY: Duration = Duration::from_millis(500);

/// Names of a service and of its method, as the IDL has them.
pub type Names = (&'static str, &'static str);

/// Header and trailer, for calls that have them.
pub trait Headers: Send {
    fn set_header(&mut self, header: Metadata) -> Result<()>;
    fn send_header(&mut self, header: Metadata) -> Result<()>;
    fn set_trailer(&mut self, trailer: Metadata) -> Result<()>;
}

/// A ping-pong call has neither.
pub struct NoHeaders;

impl Headers for NoHeaders {
    fn set_header(&mut self, _: Metadata) -> Result<()> {
        Ok(())
    }

    fn send_header(&mut self, _: Metadata) -> Result<()> {
        Ok(())
    }

    fn set_trailer(&mut self, _: Metadata) -> Result<()> {
        Ok(())
    }
}

/// What a directive asks the handler to do now.
pub enum Due {
    /// Go on.
    Nothing,
    /// Return without an error.
    Return,
}

pub struct Call {
    outcomes: Arc<Outcomes>,
    pub cx: Context,
    service: &'static str,
    method: &'static str,
    id: String,
    pub orders: Directives,
    bad_order: Option<String>,
    pub received: usize,
    pub sent: usize,
    ended: bool,
}

impl Call {
    /// Announces a call whose directives come as metainfo.
    pub fn begin(outcomes: &Arc<Outcomes>, cx: &Context, names: Names) -> Self {
        Self::announce(outcomes, cx, names, |_| None)
    }

    /// Announces a call whose directives come as metainfo, else as attrs of its request.
    pub fn of_request(
        outcomes: &Arc<Outcomes>,
        cx: &Context,
        names: Names,
        request: &impl Msg,
    ) -> Self {
        Self::announce(outcomes, cx, names, |key| request.attr(key))
    }

    fn announce<'a>(
        outcomes: &Arc<Outcomes>,
        cx: &'a Context,
        (service, method): Names,
        attr: impl Fn(&str) -> Option<&'a str>,
    ) -> Self {
        let asked = |key: &str, name: &str| -> String {
            let text = cx.metainfo(key).or_else(|| attr(name));
            text.unwrap_or_default().to_owned()
        };
        let (text, id) = (asked(KEY_DO, "do"), asked(KEY_ID, "id"));
        let (orders, bad_order) = match Directives::parse(&text) {
            Ok(orders) => (orders, None),
            Err(bad) => (Directives::default(), Some(bad)),
        };
        outcomes.set(&id, Outcome::Running);
        emit(
            "call",
            fields! {
                "do" => text, "from" => cx.caller(), "id" => id.clone(), "method" => method,
                "proto" => cx.protocol(), "service" => service, "wire-method" => cx.method(),
            },
        );
        Self {
            outcomes: Arc::clone(outcomes),
            cx: cx.clone(),
            service,
            method,
            id,
            orders,
            bad_order,
            received: 0,
            sent: 0,
            ended: false,
        }
    }

    /// Records how the call ended and passes the result on.
    pub fn end<T, E: AsOutcome>(&mut self, result: Result<T, E>) -> Result<T, E> {
        match &result {
            Ok(_) => self.finish(Outcome::Ok, None),
            Err(error) => self.finish(error.outcome(), Some(error.text())),
        }
        result
    }

    fn finish(&mut self, how: Outcome, error: Option<String>) {
        self.ended = true;
        self.outcomes.set(&self.id, how);
        let mut fields = fields! {
            "how" => how.word(), "id" => self.id.clone(), "method" => self.method,
            "recvd" => self.received, "sent" => self.sent,
        };
        if let Some(error) = error {
            fields.insert("~error".to_owned(), error.into());
        }
        emit("end", fields);
    }

    /// Carries out what was ordered for after `n` messages.
    pub async fn due(&mut self, n: usize, headers: &mut dyn Headers) -> Result<Due> {
        if let Some(bad) = &self.bad_order {
            return Err(Error::application(bad.clone()));
        }
        let due: Vec<Directive> = self.orders.due(n).cloned().collect();
        for order in due {
            match order.verb.as_str() {
                "ret" | "early" => return Ok(Due::Return),
                "biz" | "grpcbiz" | "err" | "app" | "trans" | "status" => {
                    return Err(ordered_error(&order));
                }
                "panic" => panic!("peer panic"),
                "exit" => {
                    tokio::time::sleep(EXIT_DELAY).await;
                    std::process::exit(9);
                }
                "hold" => return Err(self.hold().await),
                "hdr" => set_headers(headers, false)?,
                "sendhdr" => set_headers(headers, true)?,
                // Only ping-pong calls are given this order, and only they can carry it.
                "back" => _ = self.cx.send_backward(KEY_BACK, order.arg),
                _ => {}
            }
        }
        Ok(Due::Nothing)
    }

    /// Waits for the call's context to end and gives its error.
    async fn hold(&self) -> Error {
        emit(
            "hold",
            fields! { "id" => self.id.clone(), "method" => self.method },
        );
        tokio::select! {
            reason = self.cx.cancelled() => reason,
            () = tokio::time::sleep(HOLD_LIMIT) => Error::application("peer hold limit"),
        }
    }

    /// Waits before an answer if `slow=MS` was ordered, also past the end of the call: an answer that
    /// is too late must not turn into an error that comes in time.
    pub async fn pause(&self) -> Result<()> {
        let Some(order) = self.orders.find("slow") else {
            return Ok(());
        };
        let bad = |_| Error::application(format!("peer bad directive: slow={}", order.arg));
        tokio::time::sleep(Duration::from_millis(order.arg.parse().map_err(bad)?)).await;
        Ok(())
    }

    /// `message` with a prefix before its text and the attrs that were asked for.
    pub fn answer<M: Msg>(&self, prefix: &str, message: M) -> M {
        let text = format!("{prefix}{}", message.text());
        self.annotate(message.with_text(text))
    }

    /// Adds what meta, who, deadline and report ask for.
    fn annotate<M: Msg>(&self, mut message: M) -> M {
        if self.orders.has("meta") {
            message = with_attrs(message, "t:", self.cx.all_metainfo());
            message = with_attrs(message, "p:", self.cx.all_persistent_metainfo());
        }
        if self.orders.has("who") {
            message = message
                .with_attr("service", self.service)
                .with_attr("method", self.method)
                .with_attr("from", self.cx.caller());
        }
        if self.orders.has("deadline") {
            let left = self
                .cx
                .deadline()
                .map(|at| at.saturating_duration_since(Instant::now()));
            message = message.with_attr("deadline", if left.is_some() { "yes" } else { "no" });
            if let Some(left) = left {
                message = message.with_attr("left_ms", left.as_millis().to_string());
            }
        }
        match self.orders.find("report") {
            Some(report) => message.with_attr("outcome", self.outcomes.get(&report.arg).word()),
            None => message,
        }
    }
}

/// A handler that panics, or is dropped, never reaches `end`.
impl Drop for Call {
    fn drop(&mut self) {
        if !self.ended {
            let how = if std::thread::panicking() {
                Outcome::Panic
            } else {
                Outcome::Canceled
            };
            self.finish(how, None);
        }
    }
}

/// What `end` needs to know of a handler's error.
pub trait AsOutcome {
    fn outcome(&self) -> Outcome;
    fn text(&self) -> String;
}

impl AsOutcome for Error {
    fn outcome(&self) -> Outcome {
        Outcome::of(self)
    }

    fn text(&self) -> String {
        self.to_string()
    }
}

fn with_attrs<M: Msg>(message: M, prefix: &str, pairs: &Metadata) -> M {
    pairs.iter().fold(message, |message, (key, value)| {
        message.with_attr(&format!("{prefix}{key}"), value.as_str())
    })
}

fn set_headers(headers: &mut dyn Headers, send: bool) -> Result<()> {
    headers.set_header([("peer-set", "h1")].into_iter().collect())?;
    headers.set_trailer([("peer-trailer", "t1")].into_iter().collect())?;
    if send {
        headers.send_header([("peer-sent", "h2")].into_iter().collect())?;
    }
    Ok(())
}

fn ordered_error(order: &Directive) -> Error {
    match order.verb.as_str() {
        "biz" => biz_status().into(),
        "grpcbiz" => grpc_biz_status().into(),
        "status" => match order.arg.parse::<i32>() {
            Ok(code) => Error::grpc_status(code.into(), "peer status"),
            Err(_) => Error::application(format!("peer bad directive: status={}", order.arg)),
        },
        "app" => ApplicationException::new(1900, "peer app error").into(),
        "trans" => Error::new(ErrorKind::Protocol, 1900, "peer trans error"),
        _ => Error::application("peer plain error"),
    }
}

/// The business status of the `biz` directive; its extra values need JSON escaping.
pub fn biz_status() -> BizStatusError {
    BizStatusError::new(10_001, "peer biz")
        .extra("k", "v")
        .extra("quoted", "\"é\n<&>")
}

/// The business status of the `grpcbiz` directive.
pub fn grpc_biz_status() -> BizStatusError {
    BizStatusError::new(10_002, "peer grpc biz").extra("k", "v")
}

/// `n` bytes, byte i being i mod 251.
pub fn payload(n: usize) -> Vec<u8> {
    (0..n).map(|i| (i % 251) as u8).collect()
}

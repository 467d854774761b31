//! The recorder's handles for the calls of one method.

use std::cell::RefCell;
use std::collections::HashMap;
use std::ptr;
use std::sync::{Arc, OnceLock};

use metrics::{Counter, Gauge, Histogram, Label, Recorder, with_recorder};

use super::super::names;
use super::{Called, Direction, ErrorKind, Side, counter, gauge, histogram, label, side_label};
use crate::service::Mode;

/// The handles for the calls of one method, at one side and over one wire.
#[derive(Debug)]
pub(super) struct Handles {
    side: Side,
    called: Called,
    pub(super) in_flight: Gauge,
    pub(super) requests: Histogram,
    pub(super) responses: Histogram,
    pub(super) first_response: Histogram,
    sent: Way,
    received: Way,
    /// One for each of `RESULTS`, registered when the first call ends with that result.
    ended: [OnceLock<Ended>; RESULTS.len()],
}

/// The handles for the messages of one direction.
#[derive(Debug)]
pub(super) struct Way {
    pub(super) messages: Counter,
    pub(super) bytes: Counter,
    pub(super) gap: Histogram,
}

/// The handles for the calls that end with one result.
#[derive(Debug)]
pub(super) struct Ended {
    pub(super) calls: Counter,
    pub(super) duration: Histogram,
}

/// The values of the label `result`: no error, and the classes of errors.
const RESULTS: [&str; 11] = [
    "ok",
    "BizStatus",
    "Application",
    "Canceled",
    "Timeout",
    "Protocol",
    "Connection",
    "ResourceExhausted",
    "Decode",
    "Status",
    "InvalidArgument",
];

const fn index_of(kind: Option<ErrorKind>) -> usize {
    let Some(kind) = kind else { return 0 };
    match kind {
        ErrorKind::BizStatus => 1,
        ErrorKind::Application => 2,
        ErrorKind::Canceled => 3,
        ErrorKind::Timeout => 4,
        ErrorKind::Protocol => 5,
        ErrorKind::Connection => 6,
        ErrorKind::ResourceExhausted => 7,
        ErrorKind::Decode => 8,
        ErrorKind::Status => 9,
        ErrorKind::InvalidArgument => 10,
    }
}

/// Addresses of a recorder, a service, a method and a wire's name.
type Place = (Side, [usize; 4]);

thread_local! {
    /// The handles that the thread has asked a recorder for: to ask costs more than to use them.
    /// There is at most one entry for each method, side and wire of a recorder. The key is the
    /// recorder's address, so a local recorder must live as long as its thread makes calls.
    static KNOWN: RefCell<HashMap<Place, Arc<Handles>>> = RefCell::default();
}

impl Handles {
    /// The handles of the recorder that the thread has now.
    pub(super) fn of(side: Side, called: Called) -> Arc<Self> {
        let recorder = with_recorder(|recorder| address(ptr::from_ref::<dyn Recorder>(recorder)));
        let place = [
            recorder,
            address(called.service),
            address(called.method),
            address(called.wire.as_ptr()),
        ];
        let find = |known: &RefCell<HashMap<Place, Arc<Self>>>| {
            let mut known = known.borrow_mut();
            let made = known
                .entry((side, place))
                .or_insert_with(|| Arc::new(Self::new(side, called)));
            Arc::clone(made)
        };
        // While a thread ends, its table may be gone already.
        KNOWN
            .try_with(find)
            .unwrap_or_else(|_| Arc::new(Self::new(side, called)))
    }

    fn new(side: Side, called: Called) -> Self {
        let labels = || labels(side, called, None);
        let way = |direction: &'static str| {
            let labels = || [labels(), vec![label("direction", direction)]].concat();
            Way {
                messages: counter(&names::MESSAGES, labels()),
                bytes: counter(&names::MESSAGE_BYTES, labels()),
                gap: histogram(&names::MESSAGE_GAP, labels()),
            }
        };
        let (requests, responses) = match side {
            Side::Client => (&names::CLIENT_REQUESTS, &names::CLIENT_RESPONSES),
            Side::Server => (&names::SERVER_REQUESTS, &names::SERVER_RESPONSES),
        };
        Self {
            side,
            called,
            in_flight: gauge(&names::IN_FLIGHT, labels()),
            requests: histogram(requests, labels()),
            responses: histogram(responses, labels()),
            first_response: histogram(&names::FIRST_RESPONSE, labels()),
            sent: way("sent"),
            received: way("received"),
            ended: Default::default(),
        }
    }

    /// The direction of responses.
    pub(super) fn responses_go(&self) -> Direction {
        match self.side {
            Side::Client => Direction::Received,
            Side::Server => Direction::Sent,
        }
    }

    pub(super) fn way(&self, direction: Direction) -> &Way {
        match direction {
            Direction::Sent => &self.sent,
            Direction::Received => &self.received,
        }
    }

    pub(super) fn ended(&self, kind: Option<ErrorKind>) -> &Ended {
        let index = index_of(kind);
        self.ended[index].get_or_init(|| {
            let labels = labels(self.side, self.called, Some(RESULTS[index]));
            let duration = match self.side {
                Side::Client => &names::CLIENT_DURATION,
                Side::Server => &names::SERVER_DURATION,
            };
            Ended {
                calls: counter(&names::CALLS, labels.clone()),
                duration: histogram(duration, labels),
            }
        })
    }
}

fn labels(side: Side, called: Called, result: Option<&'static str>) -> Vec<Label> {
    let service = called.service;
    let full_name = match service.package.is_empty() {
        true => label("rpc.service", service.name),
        false => Label::new(
            "rpc.service",
            format!("{}.{}", service.package, service.name),
        ),
    };
    let mut labels = vec![
        side_label(side),
        label("rpc.system", called.rpc_system),
        full_name,
        label("rpc.method", called.method.name),
        label("mode", mode_name(called.method.mode)),
        label("wire", called.wire),
    ];
    labels.extend(result.map(|result| label("result", result)));
    labels
}

fn mode_name(mode: Mode) -> &'static str {
    match mode {
        Mode::PingPong => "ping_pong",
        Mode::Unary => "unary",
        Mode::OneWay => "one_way",
        Mode::ClientStreaming => "client_streaming",
        Mode::ServerStreaming => "server_streaming",
        Mode::BidiStreaming => "bidi_streaming",
    }
}

fn address<T: ?Sized>(of: *const T) -> usize {
    of.cast::<()>().addr()
}

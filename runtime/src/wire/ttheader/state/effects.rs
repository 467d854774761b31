//! What a stream asks of its connection.

use bytes::BytesMut;
use faststr::FastStr;

use crate::codec::ApplicationException;
use crate::metadata::Metadata;
use crate::wire::ttheader::frame::{
    EncodeError, FrameBody, FrameKind, IntPairs, encode_exception, str_key, write_frame,
};

/// What the connection has to do after an event. Holds no allocation unless there is something to
/// write.
#[derive(Debug, Default, PartialEq, Eq)]
#[must_use]
pub struct Effects {
    /// Frames to write, in this order and behind the DATA already queued for the stream.
    pub write: Vec<Outgoing>,
    /// Whom to wake.
    pub wake: Wake,
    /// The stream has just ended: forget its id, run what waits for its end. Reported once.
    pub ended: bool,
}

impl Effects {
    pub(super) const fn none() -> Self {
        Self {
            write: Vec::new(),
            wake: Wake::Nobody,
            ended: false,
        }
    }

    #[inline]
    pub(super) const fn waking(wake: Wake) -> Self {
        Self {
            write: Vec::new(),
            wake,
            ended: false,
        }
    }

    pub(super) const fn end(write: Vec<Outgoing>) -> Self {
        Self {
            write,
            wake: Wake::Everyone,
            ended: true,
        }
    }
}

/// Which waiting tasks have something to see.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Wake {
    /// None.
    #[default]
    Nobody,
    /// Whoever waits for a message.
    Recv,
    /// Whoever waits for the header.
    Header,
    /// All: messages, header, trailer, room to send, cancellation (statement 75).
    Everyone,
}

/// What stands for the connection in place of a stream's id: Kitex keeps 0 for that.
pub const CONNECTION: i32 = 0;

/// A frame to write, except DATA, which the connection writes from its
/// [`DataHead`](crate::wire::ttheader::frame::DataHead).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outgoing {
    /// HEADER.
    Header {
        /// Extra integer pairs; none by default (statement 22).
        ints: IntPairs,
        /// Routing and metainfo (client) or the header map (server).
        strings: Metadata,
    },
    /// TRAILER.
    Trailer {
        /// Trailer map and business status; empty from a client.
        strings: Metadata,
        /// The payload; none from a client.
        exception: Option<ApplicationException>,
    },
    /// META of a server that stops: the client shall open no more streams on the connection. Its stream
    /// is [`CONNECTION`].
    GoAway,
    /// RST, which only a client writes.
    Rst {
        /// Value of `ttscp`; the pair is left out if empty (statement 64).
        cancel_path: FastStr,
        /// The payload.
        exception: ApplicationException,
    },
}

impl Outgoing {
    /// The HEADER that opens a stream (statements 20, 22). `strings` holds metainfo and whatever
    /// a header hook adds; `isn` is set here and wins.
    #[must_use]
    pub fn open(service: &str, ints: IntPairs, mut strings: Metadata) -> Self {
        strings.insert(str_key::SERVICE, FastStr::new(service));
        Self::Header { ints, strings }
    }

    /// Whether a frame that has come says what [`Self::GoAway`] says.
    #[must_use]
    pub fn is_go_away(sid: i32, body: &FrameBody) -> bool {
        matches!(body, FrameBody::Meta(info) if sid == CONNECTION && info.strings.get(str_key::GOAWAY).is_some())
    }

    /// A TRAILER with neither pairs nor payload: the client's half-close.
    #[must_use]
    pub const fn empty_trailer() -> Self {
        Self::Trailer {
            strings: Metadata::new(),
            exception: None,
        }
    }

    /// Appends the frame to `out`.
    ///
    /// # Errors
    /// See [`EncodeError`]; `out` is then as it was. A client's HEADER can fail, and then only its
    /// stream fails (statement 18). A server's frames have been checked when their pairs were set.
    pub fn write(&self, sid: i32, method: &str, out: &mut BytesMut) -> Result<(), EncodeError> {
        let none = IntPairs::new();
        let payload = |exception: &ApplicationException| {
            let mut payload = BytesMut::new();
            encode_exception(exception, method, sid, &mut payload);
            payload
        };
        match self {
            Self::GoAway => {
                let strings = Metadata::from([(str_key::GOAWAY, "1")]);
                write_frame(FrameKind::Meta, sid, method, &none, &strings, &[], out)
            }
            Self::Header { ints, strings } => {
                write_frame(FrameKind::Header, sid, method, ints, strings, &[], out)
            }
            Self::Trailer { strings, exception } => {
                let payload = exception.as_ref().map(payload).unwrap_or_default();
                write_frame(
                    FrameKind::Trailer,
                    sid,
                    method,
                    &none,
                    strings,
                    &payload,
                    out,
                )
            }
            Self::Rst {
                cancel_path,
                exception,
            } => {
                let mut strings = Metadata::new();
                if !cancel_path.is_empty() {
                    strings.insert(str_key::CANCEL_PATH, cancel_path.clone());
                }
                let payload = payload(exception);
                write_frame(FrameKind::Rst, sid, method, &none, &strings, &payload, out)
            }
        }
    }
}

//! The frames of a stream.

use bytes::Bytes;
use faststr::FastStr;

use super::pairs::IntPairs;
use crate::metadata::Metadata;

/// What a frame is, int key 27.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FrameKind {
    /// Proxy to client, about the stream: real peer address and the like.
    Meta,
    /// Opens the stream (client), carries the server's header (server).
    Header,
    /// One message.
    Data,
    /// Half-close (client), end of the stream (server).
    Trailer,
    /// Cancel.
    Rst,
}

impl FrameKind {
    /// The value of int key 27.
    #[must_use]
    pub const fn digit(self) -> &'static str {
        match self {
            Self::Meta => "1",
            Self::Header => "2",
            Self::Data => "3",
            Self::Trailer => "4",
            Self::Rst => "5",
        }
    }

    /// The kind that int key 27 names, if it is one digit from 1 to 5 (statement 12).
    #[inline]
    #[must_use]
    pub fn from_digit(value: &[u8]) -> Option<Self> {
        Some(match value {
            b"1" => Self::Meta,
            b"2" => Self::Header,
            b"3" => Self::Data,
            b"4" => Self::Trailer,
            b"5" => Self::Rst,
            _ => return None,
        })
    }
}

/// A received frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// Stream id. Any `i32`, also 0 and negative (statement 15).
    pub sid: i32,
    /// What it is, with its header pairs.
    pub body: FrameBody,
    /// What follows the header; empty if nothing does.
    pub payload: Bytes,
}

impl Frame {
    /// The frame's kind.
    #[inline]
    #[must_use]
    pub fn kind(&self) -> FrameKind {
        match self.body {
            FrameBody::Meta(_) => FrameKind::Meta,
            FrameBody::Header(_) => FrameKind::Header,
            FrameBody::Data => FrameKind::Data,
            FrameBody::Trailer(_) => FrameKind::Trailer,
            FrameBody::Rst(_) => FrameKind::Rst,
        }
    }
}

/// What a received frame is. DATA carries no pairs: method and string pairs of a DATA frame mean
/// nothing (spec 1.6, statement 29) and are not kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FrameBody {
    /// See [`FrameKind::Meta`].
    Meta(Box<FrameInfo>),
    /// See [`FrameKind::Header`].
    Header(Box<FrameInfo>),
    /// See [`FrameKind::Data`].
    Data,
    /// See [`FrameKind::Trailer`].
    Trailer(Box<FrameInfo>),
    /// See [`FrameKind::Rst`].
    Rst(Box<FrameInfo>),
}

/// The pairs of a frame other than DATA.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FrameInfo {
    /// Int key 9; empty if absent. Only the one of a client's HEADER matters.
    pub method: FastStr,
    /// All integer pairs, 9 and 27 among them.
    pub ints: IntPairs,
    /// All string pairs.
    pub strings: Metadata,
}

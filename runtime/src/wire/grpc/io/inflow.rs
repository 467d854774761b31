//! Examines the bytes that a peer has sent, as h2 reads them.

use std::io;
use std::sync::Arc;

use crate::wire::grpc::frames::{CONTINUATION, DATA, Frame, Frames, HEADERS, SETTINGS};
use crate::wire::grpc::ledger::Ledger;
use crate::wire::grpc::life::Life;
use crate::wire::grpc::output::Output;
use crate::wire::grpc::progress::Seen;

/// How many SETTINGS frames a peer sends at least: its own, and the acknowledgement of ours. By a third one
/// it can lower its windows, and then h2 keeps payloads for which there was room before.
const SETTINGS_AT_FIRST: usize = 2;

/// The parts of a connection that [`Inflow`] tells what has arrived, and whether output waits.
pub(in super::super) struct Observers {
    pub(in super::super) ledger: Arc<Ledger>,
    pub(in super::super) output: Arc<Output>,
    pub(in super::super) life: Life,
}

/// Counts the bytes and frames that were read, and tells the observers of them.
pub(super) struct Inflow {
    frames: Frames,
    observers: Observers,
    bytes: u64,
    /// How many SETTINGS frames were read.
    settings: usize,
    /// Frames read in this turn.
    pub(super) in_turn: usize,
    /// Bytes of header blocks in them.
    pub(super) headers: usize,
    /// Frames read since this side last wrote something or had nothing to write.
    pub(super) unanswered: usize,
    /// Whether the last read found no more bytes.
    pub(super) dry: bool,
}

impl Inflow {
    pub(super) fn new(frames: Frames, observers: Observers) -> Self {
        Self {
            frames,
            observers,
            bytes: 0,
            settings: 0,
            in_turn: 0,
            headers: 0,
            unanswered: 0,
            dry: false,
        }
    }

    /// Whether h2 holds what it could not write.
    pub(super) fn note_backed_up(&self, backed_up: bool) {
        self.observers
            .output
            .note_backed_up(backed_up || self.settings > SETTINGS_AT_FIRST);
    }

    #[cfg(test)]
    pub(super) fn output(&self) -> &Arc<Output> {
        &self.observers.output
    }

    /// Examines bytes that have arrived.
    pub(super) fn read(&mut self, bytes: &[u8]) -> io::Result<()> {
        let Observers { ledger, life, .. } = &self.observers;
        life.note_bytes();
        self.bytes += bytes.len() as u64;
        ledger.pace.note_arrived(bytes.len());
        let mut arrivals = ledger.arrivals();
        let (mut frames, mut headers, mut answered, mut settings) = (0, 0, false, 0);
        let each = |frame: Frame| {
            frames += 1;
            answered |= matches!(frame.kind, DATA | HEADERS);
            if matches!(frame.kind, HEADERS | CONTINUATION) {
                headers += frame.len;
            }
            settings += usize::from(frame.kind == SETTINGS);
            arrivals.add(frame);
        };
        let read = self.frames.read(bytes, each);
        arrivals.finish(bytes.len());
        read?;
        self.in_turn += frames;
        self.headers += headers;
        self.unanswered += frames;
        if answered {
            life.note_answer();
        }
        if settings > 0 {
            self.settings += settings;
            self.note_backed_up(self.observers.output.is_backed_up());
        }
        Ok(())
    }

    pub(super) fn seen(&self) -> Seen {
        Seen {
            begun: self.frames.have_begun(),
            unfinished: self.dry && self.frames.are_unfinished(),
            whole: self.frames.whole(),
            arrived: self.frames.arrived(),
            bytes: self.bytes,
            ..Seen::default()
        }
    }
}

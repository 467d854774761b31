//! Types, client and server of an IDL. This file is yours: streamgen wrote it once and does not
//! change it.

pub mod stream_gen;

/// What `-extern-path .samples.pens.Pen=crate::pen::Pen` leads to.
pub mod pen;

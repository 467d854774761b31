//! Types, client and server of an IDL. This file is yours: streamgen wrote it once and does not
//! change it.

pub mod stream_gen;

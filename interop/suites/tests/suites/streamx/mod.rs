//! The suite `streamx`, with Thrift and with Protobuf.

mod cancel;
mod compat;
mod counted;
mod normal;
mod normal_clients;
mod timeout;

pub(crate) use cancel::{BEGUN, PAUSE, canceled_at_server};

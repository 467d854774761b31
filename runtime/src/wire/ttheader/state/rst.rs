//! What a received RST ends a stream with (3.5).

use bytes::Bytes;

use super::codes;
use crate::codec::ApplicationException;
use crate::error::{Error, ErrorKind, Side};
use crate::metadata::Metadata;
use crate::wire::ttheader::frame::{decode_exception, str_key};

/// Type id and text come from the exception, the class is "canceled" whatever the type says, the
/// path comes from `ttscp`. Without a usable payload it is type 13, `rst` (statement 62).
pub(super) fn rst_error(side: Side, strings: &Metadata, payload: &Bytes) -> Error {
    let exception = match decode_exception(payload) {
        Ok(exception) => exception,
        Err(_) => ApplicationException::new(codes::RST, "rst"),
    };
    let path = strings
        .get(str_key::CANCEL_PATH)
        .unwrap_or_default()
        .to_owned();
    Error::new(ErrorKind::Canceled, exception.type_id, exception.message)
        .with_side(side)
        .with_cancel_path(path)
}

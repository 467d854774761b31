//! What a received TRAILER ends a stream with (2.4).

use std::collections::BTreeMap;

use bytes::Bytes;

use super::errors::{application_exception, illegal_biz_error, illegal_frame};
use crate::error::{BizStatusError, Error, Side};
use crate::metadata::Metadata;
use crate::wire::ttheader::frame::{decode_exception, str_key};

/// The error a TRAILER stands for; `None` for a clean end. A payload wins over business keys
/// (statement 56).
pub(super) fn trailer_error(side: Side, strings: &Metadata, payload: &Bytes) -> Option<Error> {
    if payload.is_empty() {
        return biz_status(side, strings);
    }
    Some(match decode_exception(payload) {
        Ok(exception) => application_exception(side, exception),
        Err(cause) => illegal_frame(side, cause),
    })
}

/// A `biz-status` that is 0, absent or no decimal `i32` means success (statement 54).
fn biz_status(side: Side, strings: &Metadata) -> Option<Error> {
    let status: i32 = strings.get(str_key::BIZ_STATUS)?.parse().ok()?;
    if status == 0 {
        return None;
    }
    let extra = match strings.get(str_key::BIZ_EXTRA) {
        None | Some("") => None,
        Some(json) => match serde_json::from_str::<BTreeMap<String, String>>(json) {
            Ok(extra) => Some(extra),
            Err(_) => return Some(illegal_biz_error(side, json)),
        },
    };
    let message = strings
        .get(str_key::BIZ_MESSAGE)
        .unwrap_or_default()
        .to_owned();
    Some(
        BizStatusError::new(status, message)
            .with_extra(extra)
            .into(),
    )
}

//! The heads of DATA frames, built once for each method.

use std::collections::HashMap;
use std::sync::Mutex;

use faststr::FastStr;

use super::sync::lock;
use crate::frame::{DataHead, EncodeError};

/// Methods remembered. A server's peer names them, so there has to be an end.
const MAX_METHODS: usize = 256;

/// Heads by method, shared by the streams of a connection.
#[derive(Debug, Default)]
pub(super) struct Heads(Mutex<HashMap<FastStr, DataHead>>);

impl Heads {
    /// The head for `method`.
    ///
    /// # Errors
    /// A name too long for a header.
    pub(super) fn get(&self, method: &FastStr) -> Result<DataHead, EncodeError> {
        let mut heads = lock(&self.0);
        if let Some(head) = heads.get(method) {
            return Ok(head.clone());
        }
        let head = DataHead::new(method)?;
        if heads.len() < MAX_METHODS {
            heads.insert(method.clone(), head.clone());
        }
        Ok(head)
    }
}

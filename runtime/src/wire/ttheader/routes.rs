//! What the streams of one method have in common, made once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use faststr::FastStr;

use crate::sync::lock;
use crate::wire::ttheader::frame::{DataHead, EncodeError};

/// Methods remembered. A server's peer names them, so there has to be an end.
const MAX_ROUTES: usize = 256;

/// A method, and the bytes its DATA frames begin with.
#[derive(Debug)]
pub(super) struct Route {
    pub(super) service: FastStr,
    pub(super) method: FastStr,
    pub(super) head: DataHead,
}

/// The methods used on a connection.
#[derive(Debug, Default)]
pub(super) struct Routes(Mutex<HashMap<(FastStr, FastStr), Arc<Route>>>);

impl Routes {
    /// The route of `method` of `service`.
    ///
    /// # Errors
    /// A name too long for a header.
    pub(super) fn get(&self, service: FastStr, method: FastStr) -> Result<Arc<Route>, EncodeError> {
        let key = (service, method);
        let mut routes = lock(&self.0);
        if let Some(route) = routes.get(&key) {
            return Ok(Arc::clone(route));
        }
        let (service, method) = key.clone();
        let head = DataHead::new(&method)?;
        let route = Arc::new(Route {
            service,
            method,
            head,
        });
        if routes.len() < MAX_ROUTES {
            routes.insert(key, Arc::clone(&route));
        }
        Ok(route)
    }
}

//! The connections with nacos that clones of [`Nacos`](super::Nacos) share.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock};

use super::connection::Connection;
use super::location::Location;
use super::removal::Removal;
use super::subscriptions::Subscriptions;
use crate::fleet::Registration;
use crate::sync::lock;

/// One connection for all that clients want to know, and one for each registration: of a service, nacos
/// takes one instance from each connection.
#[derive(Default)]
pub(super) struct Connections {
    subscriptions: OnceLock<Subscriptions>,
    registrations: Mutex<HashMap<String, Registered>>,
}

/// What became of a registration.
enum Registered {
    /// It is to be on the list, even if no attempt runs at the moment.
    Kept(Arc<Connection>),
    /// It is taken off.
    Removed(Removal),
}

impl Connections {
    pub(super) fn subscriptions(&self, location: &Arc<Location>) -> &Subscriptions {
        let begin = || Subscriptions::new(Connection::new(Arc::clone(location)));
        self.subscriptions.get_or_init(begin)
    }

    /// The connection of this registration, the same for all attempts.
    pub(super) fn of(&self, one: &Registration, location: &Arc<Location>) -> Arc<Connection> {
        let mut registrations = lock(&self.registrations);
        if let Some(Registered::Kept(connection)) = registrations.get(&key(one)) {
            return Arc::clone(connection);
        }
        let connection = Arc::new(Connection::new(Arc::clone(location)));
        registrations.insert(key(one), Registered::Kept(Arc::clone(&connection)));
        connection
    }

    /// Begins to take the registration off the list, unless that has begun.
    pub(super) fn remove(&self, one: &Registration) {
        let mut registrations = lock(&self.registrations);
        if let Some(registered) = registrations.get_mut(&key(one))
            && let Registered::Kept(connection) = registered
        {
            *registered = Registered::Removed(Removal::begin(Arc::clone(connection), one));
        }
    }

    /// The removal of a registration, unless it was never there.
    pub(super) fn removal(&self, one: &Registration) -> Option<Removal> {
        match lock(&self.registrations).remove(&key(one)) {
            Some(Registered::Removed(removal)) => Some(removal),
            Some(Registered::Kept(connection)) => Some(Removal::begin(connection, one)),
            None => None,
        }
    }
}

fn key(one: &Registration) -> String {
    one.to_string()
}

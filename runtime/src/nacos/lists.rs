//! The lists of the services that one connection follows.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use serde_json::Value;
use tokio::sync::watch;

use super::layout::Host;
use crate::error::{Error, Result};
use crate::fleet::events;
use crate::sync::lock;
use crate::trace::cut;

/// The most instances of a service, as in etcd. nacos and registry-nacos have no limit.
pub(super) const MAX_INSTANCES: usize = 10_000;

/// By the names of services, what nacos has told last.
#[derive(Debug, Clone, Default)]
pub(super) struct Lists(Arc<Mutex<HashMap<String, watch::Sender<List>>>>);

/// The instances of a service, also those that may get no calls.
#[derive(Debug, Clone, Default)]
pub(super) struct List {
    pub(super) hosts: Arc<Vec<Host>>,
    /// How often nacos has told the list on its own account.
    pushed: u64,
}

impl Lists {
    /// Follows the list of a service from now on.
    pub(super) fn follow(&self, service: &str) -> watch::Receiver<List> {
        let mut lists = lock(&self.0);
        lists.entry(service.to_owned()).or_default().subscribe()
    }

    /// Forgets the lists that nobody follows any more, and returns their services.
    pub(super) fn forget_left(&self) -> Vec<String> {
        let mut left = Vec::new();
        lock(&self.0).retain(|service, list| {
            let followed = list.receiver_count() > 0;
            if !followed {
                left.push(service.clone());
            }
            followed
        });
        left
    }

    /// Whether somebody follows the list of a service.
    pub(super) fn is_followed(&self, service: &str) -> bool {
        let lists = lock(&self.0);
        lists
            .get(service)
            .is_some_and(|list| list.receiver_count() > 0)
    }

    /// Takes a list that nacos tells on its own account. Lists of services that nobody follows are left out.
    /// So is one that is too long: it ends what the client hears of no other service.
    pub(super) fn pushed(&self, info: &Value) {
        let Some(name) = info["name"].as_str() else {
            return;
        };
        // Some versions of nacos write the group in front.
        let name = name.rsplit_once("@@").map_or(name, |(_, name)| name);
        let hosts = match hosts(info) {
            Ok(Some(hosts)) => hosts,
            Ok(None) => return,
            Err(why) => return events::instances_kept(&cut(name), &why.message()),
        };
        if let Some(list) = lock(&self.0).get(name) {
            list.send_modify(|list| {
                list.hosts = Arc::new(hosts);
                list.pushed = list.pushed.wrapping_add(1);
            });
        }
    }

    /// Takes a list that nacos has answered with, after it was asked when `asked` was the list. If it has told
    /// another one since then, that one counts: it is the newer one, or a newer one is on its way. The times in
    /// the lists do not tell: they are of a clock that somebody may set.
    ///
    /// # Errors
    /// There are more than [`MAX_INSTANCES`].
    pub(super) fn answered(&self, service: &str, asked: &List, info: &Value) -> Result<()> {
        let Some(hosts) = hosts(info)? else {
            return Ok(());
        };
        if let Some(list) = lock(&self.0).get(service) {
            list.send_if_modified(|list| {
                let counts = list.pushed == asked.pushed;
                if counts {
                    list.hosts = Arc::new(hosts);
                }
                counts
            });
        }
        Ok(())
    }
}

/// The hosts of nacos's `ServiceInfo`. None if it names none, not even an empty list.
///
/// # Errors
/// There are more than [`MAX_INSTANCES`].
fn hosts(info: &Value) -> Result<Option<Vec<Host>>> {
    let Some(hosts) = info["hosts"].as_array() else {
        return Ok(None);
    };
    if hosts.len() > MAX_INSTANCES {
        let text = format!("nacos lists more than {MAX_INSTANCES} instances");
        return Err(Error::application(text));
    }
    Ok(Some(hosts.iter().filter_map(Host::read).collect()))
}

/// Whether nacos's `ServiceInfo` names a host at this place, however many it names.
pub(super) fn names(info: &Value, host: &Host) -> bool {
    let hosts = info["hosts"].as_array().into_iter().flatten();
    hosts.filter_map(Host::read).any(|one| one.is_at(host))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn info(port: u16, time: i64) -> Value {
        let host = json!({ "ip": "10.0.0.1", "port": port, "weight": 1.0 });
        json!({ "name": "users", "hosts": [host], "lastRefTime": time })
    }

    fn ports(list: &List) -> Vec<i32> {
        list.hosts.iter().map(|host| host.port).collect()
    }

    #[test]
    fn the_list_that_was_told_last_counts_whatever_nacos_clock_says() {
        let lists = Lists::default();
        let told = lists.follow("users");
        for (port, time) in [(1, 1000), (2, 10), (3, 0)] {
            lists.pushed(&info(port, time));
            assert_eq!(ports(&told.borrow()), [i32::from(port)]);
        }
    }

    #[test]
    fn an_answer_that_a_list_has_overtaken_is_left_out() {
        let lists = Lists::default();
        let told = lists.follow("users");
        let asked = told.borrow().clone();
        lists.pushed(&info(2, 0));
        lists.answered("users", &asked, &info(1, 0)).unwrap();
        assert_eq!(ports(&told.borrow()), [2]);
        let asked = told.borrow().clone();
        lists.answered("users", &asked, &info(3, 0)).unwrap();
        assert_eq!(ports(&told.borrow()), [3]);
    }

    #[test]
    fn a_list_that_is_too_long_is_an_error_and_the_known_one_stays() {
        let lists = Lists::default();
        let told = lists.follow("users");
        let long = |count: usize| {
            let host = &info(1, 0)["hosts"][0];
            json!({ "name": "users", "hosts": vec![host; count] })
        };
        lists.pushed(&long(MAX_INSTANCES));
        assert_eq!(told.borrow().hosts.len(), MAX_INSTANCES);
        lists.pushed(&info(2, 0));
        let asked = told.borrow().clone();
        lists.pushed(&long(MAX_INSTANCES + 1));
        let answered = lists.answered("users", &asked, &long(MAX_INSTANCES + 1));
        let error = answered.unwrap_err();
        assert!(error.message().contains("more than 10000"), "{error}");
        assert_eq!(ports(&told.borrow()), [2]);
        let host = Host::read(&info(1, 0)["hosts"][0]).unwrap();
        assert!(names(&long(MAX_INSTANCES + 1), &host));
        assert!(!names(&info(2, 0), &host));
    }

    #[test]
    fn a_service_is_found_with_its_group_in_front_and_others_are_left_out() {
        let lists = Lists::default();
        let told = lists.follow("users");
        let named = |name: &str| json!({ "name": name, "hosts": info(1, 0)["hosts"] });
        lists.pushed(&named("orders"));
        lists.pushed(&json!({ "name": "users", "hosts": null }));
        assert!(ports(&told.borrow()).is_empty());
        lists.pushed(&named("DEFAULT_GROUP@@users"));
        assert_eq!(ports(&told.borrow()), [1]);
        assert_eq!(lock(&lists.0).len(), 1);
    }
}

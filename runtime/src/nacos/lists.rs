//! The lists of the services that one connection follows.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use serde_json::Value;
use tokio::sync::watch;

use super::layout::Host;
use crate::sync::lock;

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

    /// Takes a list that nacos tells on its own account. Lists of services that nobody follows are left out.
    pub(super) fn pushed(&self, info: &Value) {
        let Some(hosts) = hosts(info) else { return };
        let Some(name) = info["name"].as_str() else {
            return;
        };
        // Some versions of nacos write the group in front.
        let name = name.rsplit_once("@@").map_or(name, |(_, name)| name);
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
    pub(super) fn answered(&self, service: &str, asked: &List, info: &Value) {
        let Some(hosts) = hosts(info) else { return };
        if let Some(list) = lock(&self.0).get(service) {
            list.send_if_modified(|list| {
                let counts = list.pushed == asked.pushed;
                if counts {
                    list.hosts = Arc::new(hosts);
                }
                counts
            });
        }
    }
}

/// The hosts of nacos's `ServiceInfo`. None if it names none, not even an empty list.
pub(super) fn hosts(info: &Value) -> Option<Vec<Host>> {
    let hosts = info["hosts"].as_array()?;
    Some(hosts.iter().filter_map(Host::read).collect())
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
        lists.answered("users", &asked, &info(1, 0));
        assert_eq!(ports(&told.borrow()), [2]);
        let asked = told.borrow().clone();
        lists.answered("users", &asked, &info(3, 0));
        assert_eq!(ports(&told.borrow()), [3]);
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

//! How Kitex's registry-nacos describes an instance in nacos.
//!
//! It has no page of documentation: `registry/registry.go` and `resolver/resolver.go` of
//! `github.com/kitex-contrib/registry-nacos` tell it, in its versions 1 and 2 alike. The name of the
//! service in nacos is Kitex's, without prefix. An instance is ephemeral, in one group and one cluster. Its
//! tags are its metadata.

use std::collections::HashMap;

use serde_json::{Value, json};

use crate::error::{Error, Result};
use crate::fleet::Instance;

/// The group that registry-nacos uses where it is told no other.
pub(super) const DEFAULT_GROUP: &str = "DEFAULT_GROUP";
/// The same of the cluster.
pub(super) const DEFAULT_CLUSTER: &str = "DEFAULT";

/// An instance as nacos knows it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Host {
    /// An IP address, or a name: nacos does not look at it.
    pub(super) ip: String,
    pub(super) port: i32,
    pub(super) weight: f64,
    /// nacos hears of the instance.
    pub(super) healthy: bool,
    /// Nobody has taken the instance out of service, as nacos's console can.
    pub(super) enabled: bool,
    pub(super) cluster: String,
    pub(super) metadata: HashMap<String, String>,
}

impl Host {
    /// What a server writes.
    ///
    /// # Errors
    /// The instance is at no host and port: nacos knows no other address.
    pub(super) fn of(instance: &Instance, cluster: &str) -> Result<Self> {
        let endpoint = instance.endpoint().to_string();
        let parts = match endpoint.starts_with("unix:") {
            true => None,
            false => endpoint.rsplit_once(':'),
        };
        let parts = parts.and_then(|(host, port)| Some((host, port.parse::<u16>().ok()?)));
        let (host, port) = parts.ok_or_else(|| {
            Error::invalid_argument(format!(
                "nacos lists hosts and ports, not `{endpoint}`: set `.advertise(\"host:port\")`"
            ))
        })?;
        let tags = instance.tags();
        Ok(Self {
            // As Go splits `[::1]:80`.
            ip: host.trim_matches(['[', ']']).to_owned(),
            port: port.into(),
            weight: instance.weight().into(),
            healthy: true,
            enabled: true,
            cluster: cluster.to_owned(),
            metadata: tags.map(|(k, v)| (k.to_owned(), v.to_owned())).collect(),
        })
    }

    /// The fields of nacos's class `Instance`.
    pub(super) fn write(&self) -> Value {
        json!({
            "ip": self.ip, "port": self.port, "weight": self.weight, "healthy": self.healthy,
            "enabled": self.enabled, "ephemeral": true, "clusterName": self.cluster,
            "metadata": self.metadata,
        })
    }

    /// Reads them. None if they are none: no IP or no port.
    pub(super) fn read(fields: &Value) -> Option<Self> {
        let metadata = fields["metadata"].as_object().into_iter().flatten();
        let pair =
            |(key, value): (&String, &Value)| Some((key.clone(), value.as_str()?.to_owned()));
        let yes = |name: &str| fields[name].as_bool().unwrap_or(true);
        Some(Self {
            ip: fields["ip"].as_str()?.to_owned(),
            port: i32::try_from(fields["port"].as_i64()?).ok()?,
            // What nacos's class has if nobody says otherwise.
            weight: fields["weight"].as_f64().unwrap_or(1.0),
            healthy: yes("healthy"),
            enabled: yes("enabled"),
            cluster: fields["clusterName"]
                .as_str()
                .unwrap_or_default()
                .to_owned(),
            metadata: metadata.filter_map(pair).collect(),
        })
    }

    /// Whether both are the same place.
    pub(super) fn is_at(&self, other: &Self) -> bool {
        self.ip == other.ip && self.port == other.port
    }

    /// Whether the instance may get calls: registry-nacos asks for these only. One of weight 0 gets none.
    fn is_in_service(&self, cluster: &str) -> bool {
        self.healthy && self.enabled && self.weight > 0.0 && self.cluster == cluster
    }

    /// What a client reads.
    ///
    /// # Errors
    /// There is no such address.
    fn instance(self) -> Result<Instance> {
        let Self { ip, port, .. } = &self;
        let address = match ip.contains(':') && !ip.starts_with('[') {
            true => format!("[{ip}]:{port}"),
            false => format!("{ip}:{port}"),
        };
        let instance = Instance::parse(address)?.with_weight(whole(self.weight));
        let tags = self.metadata.into_iter();
        Ok(tags.fold(instance, |instance, (key, value)| {
            instance.with_tag(key, value)
        }))
    }
}

/// The instances among `hosts` that may get calls. `skipped` hears of those whose address is none: one
/// that somebody has written by hand must not hide the others.
pub(super) fn in_service(
    hosts: Vec<Host>,
    cluster: &str,
    mut skipped: impl FnMut(Error),
) -> Vec<Instance> {
    let usable = hosts.into_iter().filter(|host| host.is_in_service(cluster));
    let instance = |host: Host| host.instance().map_err(&mut skipped).ok();
    usable.filter_map(instance).collect()
}

/// nacos counts weights in fractions. They are cut off, as in registry-nacos. What is left is never 0, which
/// would mean no calls: registry-nacos would take its default weight.
fn whole(weight: f64) -> u32 {
    // A number that is too large becomes the largest.
    (weight as u32).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn host() -> Host {
        Host {
            ip: "10.0.0.1".into(),
            port: 8888,
            weight: 10.0,
            healthy: true,
            enabled: true,
            cluster: DEFAULT_CLUSTER.into(),
            metadata: HashMap::from([("zone".to_owned(), "a".to_owned())]),
        }
    }

    fn read(hosts: Vec<Host>) -> Vec<Instance> {
        in_service(hosts, DEFAULT_CLUSTER, |error| panic!("{error}"))
    }

    #[test]
    fn what_a_server_writes_a_client_reads() {
        for address in ["10.0.0.1:8888", "[::1]:8888", "pow.internal:80"] {
            let instance = Instance::parse(address).unwrap();
            let instance = instance.with_weight(20).with_tag("zone", "a");
            let host = Host::of(&instance, DEFAULT_CLUSTER).unwrap();
            assert_eq!(Host::read(&host.write()).as_ref(), Some(&host));
            assert_eq!(read(vec![host]), [instance]);
        }
    }

    #[test]
    fn what_names_no_address_is_no_host_and_what_else_is_left_out_is_as_in_nacos() {
        for fields in [
            json!(null),
            json!({ "ip": "a" }),
            json!({ "port": 1 }),
            json!({ "ip": "a", "port": 1_i64 << 40 }),
        ] {
            assert_eq!(Host::read(&fields), None, "{fields}");
        }
        let read = Host::read(&json!({ "ip": "a", "port": 1 })).unwrap();
        assert_eq!((read.weight, read.healthy, read.enabled), (1.0, true, true));
    }

    #[test]
    fn an_instance_is_written_as_registry_nacos_does() {
        let instance = Instance::parse("10.0.0.1:8888").unwrap();
        let instance = instance.with_tag("zone", "a");
        assert_eq!(Host::of(&instance, "DEFAULT").unwrap(), host());
        let instance = Instance::parse("[::1]:8888").unwrap();
        assert_eq!(Host::of(&instance, "DEFAULT").unwrap().ip, "::1");
    }

    #[cfg(unix)]
    #[test]
    fn what_is_at_no_host_and_port_cannot_be_written() {
        let instance = Instance::parse("unix:/run/a:80").unwrap();
        let error = Host::of(&instance, DEFAULT_CLUSTER).unwrap_err();
        assert!(error.message().contains("`unix:/run/a:80`"), "{error}");
    }

    #[test]
    fn instances_out_of_service_are_left_out() {
        let out = [
            Host {
                healthy: false,
                ..host()
            },
            Host {
                enabled: false,
                ..host()
            },
            Host {
                weight: 0.0,
                ..host()
            },
            Host {
                weight: f64::NAN,
                ..host()
            },
            Host {
                cluster: "other".into(),
                ..host()
            },
        ];
        assert_eq!(read(out.into()), []);
        assert_eq!(read(vec![host()]).len(), 1);
    }

    #[test]
    fn fractions_of_weights_are_cut_off_but_never_to_none() {
        for (weight, expected) in [(1.0, 1), (2.9, 2), (0.5, 1), (1e12, u32::MAX)] {
            let read = read(vec![Host { weight, ..host() }]);
            assert_eq!(read[0].weight(), expected, "{weight}");
        }
    }

    #[test]
    fn an_address_that_is_none_hides_no_other() {
        let wrong = [
            Host {
                port: 70_000,
                ..host()
            },
            Host { port: -1, ..host() },
            Host {
                ip: String::new(),
                ..host()
            },
        ];
        let mut said = Vec::new();
        let hosts = wrong.into_iter().chain([host()]).collect();
        let read = in_service(hosts, DEFAULT_CLUSTER, |error| said.push(error));
        assert_eq!((read.len(), said.len()), (1, 3), "{said:?}");
        assert!(said[0].message().contains("70000"), "{}", said[0]);
    }
}

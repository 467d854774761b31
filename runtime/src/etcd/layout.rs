//! The keys and values of Kitex's registry-etcd v0.2.6 (`common.go`, `etcd_registry.go`), and the keys of its
//! config-etcd (`etcd/etcd.go`, `etcd/parser.go`).

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::error::{Error, Result};
use crate::fleet::{Instance, Registration};

/// The longest value that is read. An entry has about 100 bytes and its tags.
const MAX_VALUE: usize = 64 * 1024;
/// The longest prefix with the name of a service, and the longest key of a document.
const MAX_NAME: usize = 1024;
/// The longest document of a configuration: a thousand methods with all that a retry policy may say, twice.
pub(super) const MAX_DOCUMENT: usize = 1 << 20;

/// What the keys of all instances of a service begin with.
///
/// # Errors
/// The name cannot be part of a key.
pub(super) fn service_prefix(prefix: &str, service: &str) -> Result<String> {
    // So registry-etcd does: the keys of one service must not be among those of another.
    if service.is_empty() || service.contains('/') {
        return Err(Error::invalid_argument(format!(
            "`{service}` cannot be the name of a service in etcd: it is not empty, and has no `/`"
        )));
    }
    if prefix.len() + service.len() > MAX_NAME {
        return Err(Error::invalid_argument(format!(
            "the name of a service in etcd and the prefix have more than {MAX_NAME} bytes"
        )));
    }
    Ok(format!("{prefix}/{service}/"))
}

/// The key of a document, which has this path behind the prefix.
///
/// # Errors
/// It is too long.
pub(super) fn config_key(prefix: &str, path: &str) -> Result<String> {
    let key = format!("{prefix}/{path}");
    match key.len() > MAX_NAME {
        true => Err(Error::invalid_argument(format!(
            "the key of a configuration in etcd has more than {MAX_NAME} bytes"
        ))),
        false => Ok(key),
    }
}

/// The key behind all that begin with `prefix`: etcd's `clientv3.GetPrefixRangeEnd`.
pub(super) fn range_end(prefix: &str) -> Vec<u8> {
    let mut end = prefix.as_bytes().to_vec();
    // UTF-8 has no byte 0xff, so that the last one can grow.
    if let Some(last) = end.last_mut() {
        *last += 1;
    }
    end
}

/// The key and the value of a server's own entry.
///
/// # Errors
/// The name of the service cannot be part of a key.
pub(super) fn entry(prefix: &str, registration: &Registration) -> Result<(String, String)> {
    let instance = registration.instance();
    let text = instance.endpoint().to_string();
    let (network, address) = match text.strip_prefix("unix:") {
        Some(path) => ("unix", path),
        None => ("tcp", text.as_str()),
    };
    let tags: BTreeMap<_, _> = instance.tags().collect();
    let value = json!({
        "network": network,
        "address": address,
        "weight": instance.weight(),
        // Go writes a map that was never made as null.
        "tags": if tags.is_empty() { Value::Null } else { json!(tags) },
    });
    let key = service_prefix(prefix, registration.service())? + address;
    Ok((key, value.to_string()))
}

/// The instance that a value describes.
///
/// # Errors
/// The value is none of registry-etcd's, in words.
pub(super) fn instance(value: &[u8], default_weight: u32) -> Result<Instance, String> {
    if value.len() > MAX_VALUE {
        return Err(format!("the value has more than {MAX_VALUE} bytes"));
    }
    let value: Map<String, Value> =
        serde_json::from_slice(value).map_err(|error| error.to_string())?;
    let text = |name: &str| match value.get(name) {
        None | Some(Value::Null) => Ok(""),
        Some(Value::String(text)) => Ok(text.as_str()),
        Some(_) => Err(format!("`{name}` is no string")),
    };
    let address = match text("network")? {
        "" | "tcp" | "tcp4" | "tcp6" => text("address")?.to_owned(),
        "unix" => format!("unix:{}", text("address")?),
        other => return Err(format!("the network `{other}` is unknown")),
    };
    let instance = Instance::parse(address).map_err(|error| error.message().to_owned())?;
    let instance = instance.with_weight(weight(&value, default_weight)?);
    match value.get("tags") {
        None | Some(Value::Null) => Ok(instance),
        Some(Value::Object(tags)) => tags.iter().try_fold(instance, |instance, (key, value)| {
            let value = value
                .as_str()
                .ok_or_else(|| format!("the tag `{key}` is no string"))?;
            Ok(instance.with_tag(key.clone(), value.to_owned()))
        }),
        Some(_) => Err("`tags` is no object".to_owned()),
    }
}

/// # Errors
/// It is no whole number, or too large.
fn weight(value: &Map<String, Value>, default_weight: u32) -> Result<u32, String> {
    match value.get("weight") {
        None | Some(Value::Null) => Ok(default_weight),
        // registry-etcd takes a weight of 0 or less for the default weight.
        Some(weight) if weight.as_i64().is_some_and(|weight| weight <= 0) => Ok(default_weight),
        Some(weight) => {
            let whole = weight.as_u64().and_then(|weight| weight.try_into().ok());
            whole.ok_or_else(|| format!("`weight` is {weight}"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn registration(address: &str) -> Registration {
        Registration::new("users", Instance::parse(address).unwrap())
    }

    #[test]
    fn keys_and_values_are_those_of_registry_etcd_0_2_6() {
        let tagged = Instance::parse("10.0.0.1:8888").unwrap().with_weight(20);
        let tagged = Registration::new("users", tagged.with_tag("zone", "a"));
        for (registration, key, value) in [
            (
                registration("10.0.0.1:8888"),
                "p/users/10.0.0.1:8888",
                r#"{"address":"10.0.0.1:8888","network":"tcp","tags":null,"weight":10}"#,
            ),
            (
                tagged,
                "p/users/10.0.0.1:8888",
                r#"{"address":"10.0.0.1:8888","network":"tcp","tags":{"zone":"a"},"weight":20}"#,
            ),
        ] {
            let entry = entry("p", &registration).unwrap();
            assert_eq!(entry, (key.to_owned(), value.to_owned()));
            let read = instance(entry.1.as_bytes(), 10).unwrap();
            assert_eq!(&read, registration.instance());
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_unix_socket_has_a_network_of_its_own() {
        let registration = registration("unix:/run/users");
        let (key, value) = entry("p", &registration).unwrap();
        assert_eq!(key, "p/users//run/users");
        assert_eq!(
            &instance(value.as_bytes(), 10).unwrap(),
            registration.instance()
        );
    }

    #[test]
    fn values_are_read_as_go_reads_them() {
        let at = |address| Instance::parse(address).unwrap();
        for (value, expected) in [
            (
                r#"{"network":"tcp","address":"a:1","weight":0,"tags":null}"#,
                at("a:1").with_weight(7),
            ),
            (
                r#"{"network":"tcp","address":"a:1","weight":-1}"#,
                at("a:1").with_weight(7),
            ),
            (r#"{"address":"a:1","other":[1]}"#, at("a:1").with_weight(7)),
            (
                r#"{"network":"tcp6","address":"[::1]:1","weight":3,"tags":{}}"#,
                at("[::1]:1").with_weight(3),
            ),
        ] {
            assert_eq!(instance(value.as_bytes(), 7).unwrap(), expected, "{value}");
        }
    }

    #[test]
    fn what_is_no_entry_is_an_error_that_says_why() {
        let long = format!(r#"{{"address":"{}:1"}}"#, "a".repeat(MAX_VALUE));
        for (value, why) in [
            ("", "EOF"),
            ("[]", "expected a map"),
            ("{}", "is no usable address"),
            (r#"{"address":1}"#, "`address` is no string"),
            (r#"{"address":"a"}"#, "`a` is no usable address"),
            (r#"{"network":"udp","address":"a:1"}"#, "`udp` is unknown"),
            (r#"{"address":"a:1","weight":1.5}"#, "`weight` is 1.5"),
            (
                r#"{"address":"a:1","weight":4294967296}"#,
                "`weight` is 4294967296",
            ),
            (r#"{"address":"a:1","tags":[]}"#, "`tags` is no object"),
            (
                r#"{"address":"a:1","tags":{"zone":1}}"#,
                "the tag `zone` is no string",
            ),
            (long.as_str(), "more than 65536 bytes"),
        ] {
            let said = instance(value.as_bytes(), 10).unwrap_err();
            assert!(said.contains(why), "{value}: {said}");
        }
    }

    /// The keys of the README of `kitex-contrib/config-etcd`.
    #[test]
    fn keys_of_documents_are_those_of_config_etcd() {
        for path in ["ClientName/ServiceName/rpc_timeout", "ServiceName/limit"] {
            let key = config_key("/KitexConfig", path).unwrap();
            assert_eq!(key, format!("/KitexConfig/{path}"));
        }
        config_key("/KitexConfig", &"x".repeat(MAX_NAME)).unwrap_err();
    }

    #[test]
    fn a_name_that_could_be_mistaken_is_refused() {
        for name in ["", "a/b", &"x".repeat(MAX_NAME)] {
            service_prefix("p", name).unwrap_err();
        }
        assert_eq!(range_end(&service_prefix("p", "a").unwrap()), b"p/a0");
    }
}

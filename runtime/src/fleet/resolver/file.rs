//! Instances that a file lists.

use std::path::PathBuf;
use std::time::Duration;

use serde_json::{Map, Value};

use super::{Resolver, Updates};
use crate::error::{Error, Result};
use crate::fleet::events;
use crate::fleet::{DEFAULT_WEIGHT, Instance};
use crate::watched_file::{Content, Looks, WatchedFile};

/// The instances that a JSON file lists:
///
/// ```json
/// [
///   { "address": "10.0.0.1:8888" },
///   { "address": "10.0.0.2:8888", "weight": 20, "tags": { "zone": "b" } }
/// ]
/// ```
///
/// `weight` is [`DEFAULT_WEIGHT`] where it is left out. The file is read again and again, and a change
/// takes effect with the next call. A file that is wrong is refused as a whole: the instances of the
/// last good one stay, and an event says what is wrong. If the first one is wrong, calls fail and say so.
/// A file that is written in place may be read half-way; it is wrong then, and right a moment later.
#[derive(Debug, Clone)]
pub struct InstanceFile(WatchedFile);

impl InstanceFile {
    /// The file at `path`.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self(WatchedFile::new(path.into()))
    }

    /// Sets the time between two looks at the file. Default 1 s, at least 10 ms.
    #[must_use]
    pub fn refresh(mut self, time: Duration) -> Self {
        self.0.set_refresh(time);
        self
    }

    fn listed(&self, content: &Content) -> Result<Vec<Instance>> {
        let listed = match content {
            Content::Bytes(bytes) => parse(bytes),
            Content::Missing => Err("there is no such file".to_owned()),
            Content::Unreadable(why) => Err(why.clone()),
        };
        let path = self.0.path.display();
        listed.map_err(|why| Error::invalid_argument(format!("instances of {path}: {why}")))
    }
}

impl Resolver for InstanceFile {
    async fn watch(&self, _: &str, updates: &mut Updates) -> Result<()> {
        let mut looks = Looks::default();
        loop {
            match self.listed(self.0.changed(&mut looks).await) {
                Ok(instances) => updates.set(instances),
                Err(error) if !updates.told => return Err(error),
                Err(error) => events::instances_kept(&self.0.path.display(), &error),
            }
        }
    }
}

/// # Errors
/// What is wrong, and where.
fn parse(bytes: &[u8]) -> Result<Vec<Instance>, String> {
    let value: Value = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
    let Value::Array(list) = value else {
        return Err("it is no array of instances: write [{\"address\": \"host:port\"}]".into());
    };
    if list.is_empty() {
        return Err("it lists no instance".into());
    }
    let entries = list.iter().enumerate();
    let entry = |(index, value): (usize, &Value)| {
        instance(value).map_err(|why| format!("instance {}: {why}", index + 1))
    };
    entries.map(entry).collect()
}

fn instance(value: &Value) -> Result<Instance, String> {
    let Value::Object(fields) = value else {
        return Err("it is no object: write {\"address\": \"host:port\"}".into());
    };
    let known = ["address", "weight", "tags"];
    if let Some(unknown) = fields.keys().find(|key| !known.contains(&key.as_str())) {
        return Err(format!(
            "`{unknown}` is unknown: there are address, weight and tags"
        ));
    }
    let Some(Value::String(address)) = fields.get("address") else {
        return Err("`address` is missing, or is no string".into());
    };
    let instance = Instance::parse(address).map_err(|error| error.message().to_owned())?;
    let instance = instance.with_weight(weight(fields)?);
    match fields.get("tags") {
        None => Ok(instance),
        Some(Value::Object(tags)) => tagged(instance, tags),
        Some(_) => Err("`tags` is no object of strings".into()),
    }
}

fn weight(fields: &Map<String, Value>) -> Result<u32, String> {
    let Some(weight) = fields.get("weight") else {
        return Ok(DEFAULT_WEIGHT);
    };
    let whole = weight.as_u64().and_then(|weight| weight.try_into().ok());
    whole.ok_or_else(|| {
        format!(
            "`weight` is {weight}: it is a whole number from 0 to {}",
            u32::MAX
        )
    })
}

fn tagged(instance: Instance, tags: &Map<String, Value>) -> Result<Instance, String> {
    tags.iter().try_fold(instance, |instance, (key, value)| {
        let value = value.as_str();
        let value = value.ok_or_else(|| format!("the tag `{key}` is no string"))?;
        Ok(instance.with_tag(key.clone(), value.to_owned()))
    })
}

#[cfg(test)]
mod tests {
    use tokio::time::sleep;

    use super::*;
    use crate::fleet::driver::tests::Watched;

    #[test]
    fn instances_have_addresses_weights_and_tags() {
        let text = br#"[{"address": "127.0.0.1:1"},
            {"address": "b:2", "weight": 20, "tags": {"zone": "x"}}]"#;
        let list = parse(text).unwrap();
        assert_eq!(list[0], Instance::parse("127.0.0.1:1").unwrap());
        assert_eq!((list[1].weight(), list[1].tag("zone")), (20, Some("x")));
    }

    #[test]
    fn what_is_wrong_is_said_with_its_place() {
        for (text, why) in [
            (
                "[{\"address\": \"a:1\"},\n  {\"address\" \"b:2\"}]",
                "line 2 column 14",
            ),
            ("", "EOF"),
            ("{}", "no array"),
            ("[]", "no instance"),
            ("[1]", "instance 1: it is no object"),
            (
                r#"[{"address": "a:1"}, {"adress": "b:2"}]"#,
                "instance 2: `adress` is unknown",
            ),
            (r#"[{"weight": 1}]"#, "instance 1: `address` is missing"),
            (
                r#"[{"address": "a"}]"#,
                "instance 1: `a` is no usable address",
            ),
            (r#"[{"address": "a:1", "weight": -1}]"#, "`weight` is -1"),
            (
                r#"[{"address": "a:1", "weight": 4294967296}]"#,
                "`weight` is 4294967296",
            ),
            (r#"[{"address": "a:1", "tags": []}]"#, "`tags` is no object"),
            (r#"[{"address": "a:1", "tags": {"zone": 1}}]"#, "tag `zone`"),
        ] {
            let said = parse(text.as_bytes()).unwrap_err();
            assert!(said.contains(why), "{text}: {said}");
        }
    }

    /// A folder of one test, which is gone after it.
    struct Folder(PathBuf);

    impl Folder {
        fn new(test: &str) -> Self {
            let name = format!("streamgen-fleet-{test}-{}", std::process::id());
            let folder = std::env::temp_dir().join(name);
            std::fs::create_dir_all(&folder).unwrap();
            Self(folder)
        }

        fn file(&self) -> PathBuf {
            self.0.join("instances.json")
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = std::fs::remove_dir_all(&self.0);
        }
    }

    fn listing(port: u16) -> String {
        format!("[{{\"address\": \"127.0.0.1:{port}\"}}]")
    }

    #[tokio::test]
    async fn a_change_is_found_and_a_file_that_is_wrong_changes_nothing() {
        let folder = Folder::new("changed");
        let path = folder.file();
        std::fs::write(&path, listing(1)).unwrap();
        let file = InstanceFile::new(&path).refresh(Duration::from_millis(10));
        let watched = Watched::start(file);
        watched.until(&[1]).await;
        std::fs::write(&path, "[{").unwrap();
        // Several looks later, however busy the machine is: what is checked holds at any time.
        sleep(Duration::from_millis(100)).await;
        assert_eq!(watched.ports(), [1]);
        std::fs::write(&path, listing(2)).unwrap();
        watched.until(&[2]).await;
        std::fs::remove_file(&path).unwrap();
        sleep(Duration::from_millis(100)).await;
        assert_eq!(watched.ports(), [2]);
    }

    #[tokio::test]
    async fn a_file_that_is_not_there_is_an_error_that_names_it() {
        let folder = Folder::new("none");
        let error = Watched::start(InstanceFile::new(folder.file()))
            .error()
            .await;
        assert!(error.message().contains("instances.json"), "{error}");
    }
}

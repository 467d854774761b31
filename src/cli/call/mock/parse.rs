//! The file of rules, as written.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use super::place::RulesFile;
use crate::cli::call::ending::Ending;

/// A text, and where it stands.
pub(super) type Text = Spanned<String>;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    rule: Vec<Spanned<RawRule>>,
}

/// A rule. Texts that are called JSON hold it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct RawRule {
    pub(super) method: Text,
    /// JSON that a request has to contain.
    #[serde(rename = "match")]
    pub(super) matching: Option<Text>,
    pub(super) delay: Option<Text>,
    #[serde(default)]
    pub(super) header: BTreeMap<String, String>,
    #[serde(default)]
    pub(super) trailer: BTreeMap<String, String>,
    /// JSON.
    pub(super) response: Option<Text>,
    /// JSON, each.
    pub(super) responses: Option<Spanned<Vec<Text>>>,
    pub(super) error: Option<Text>,
    pub(super) business: Option<Business>,
    pub(super) status: Option<Spanned<Status>>,
    pub(super) exception: Option<Spanned<Exception>>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Business {
    pub(super) code: i32,
    #[serde(default)]
    pub(super) message: String,
    #[serde(default)]
    pub(super) extra: BTreeMap<String, String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Status {
    pub(super) code: u32,
    #[serde(default)]
    pub(super) message: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Exception {
    /// Its name in `throws`.
    pub(super) name: String,
    /// JSON.
    pub(super) value: Text,
}

/// The rules, in their order.
///
/// # Errors
/// When the file is no such TOML.
pub(super) fn parse(file: &RulesFile) -> Result<Vec<Spanned<RawRule>>, Ending> {
    let parsed: Result<File, toml::de::Error> = toml::from_str(&file.text);
    parsed.map(|parsed| parsed.rule).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start);
        file.fault(at, error.message())
    })
}

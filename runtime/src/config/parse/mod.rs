//! From Kitex's JSON to settings. Each category has a file of its own; the names and their meaning are those
//! of Kitex v0.16.3, `kitex-contrib/config-etcd` and `config-file`.

mod breakers;
mod limit;
mod retries;
mod timeouts;

use std::collections::BTreeMap;

use super::category::Category;
use super::json::{Fields, Node, Problem, Unused};
use super::names::ConfigNames;
use super::settings::{ByMethod, Part};

/// What a document says, and which parts of it have no effect.
#[derive(Debug, Default)]
pub(super) struct Parsed {
    pub(super) parts: BTreeMap<Category, Part>,
    /// The paths of what has no effect.
    pub(super) unused: Vec<String>,
}

/// Reads the document of one category.
pub(super) fn category(category: Category, document: &[u8]) -> Result<Parsed, Problem> {
    let mut unused = Unused::default();
    let part = part(category, &Node::of(document)?, &mut unused)?;
    Ok(Parsed {
        parts: BTreeMap::from([(category, part)]),
        unused: unused.0,
    })
}

/// Reads a file of many clients and servers. `None`: it says nothing of this one.
pub(super) fn file(names: &ConfigNames, document: &[u8]) -> Result<Option<Parsed>, Problem> {
    let mut all = Node::of(document)?.fields()?;
    let Some(own) = all.take_exactly(&names.file_key()) else {
        return Ok(None);
    };
    let (mut fields, mut unused) = (own.fields()?, Unused::default());
    let mut parts = BTreeMap::new();
    for category in names.categories() {
        let (file, etcd) = (category.file_name(), category.name());
        let found = fields.take(file);
        let other = (file != etcd).then(|| fields.take(etcd)).flatten();
        if let (Some(_), Some(twice)) = (&found, &other) {
            return Err(twice.expected(format!("either this or `{file}`, which means the same")));
        }
        if let Some(node) = found.or(other) {
            parts.insert(*category, part(*category, &node, &mut unused)?);
        }
    }
    fields.unused(&mut unused);
    Ok(Some(Parsed {
        parts,
        unused: unused.0,
    }))
}

fn part(category: Category, node: &Node<'_>, unused: &mut Unused) -> Result<Part, Problem> {
    Ok(match category {
        Category::RpcTimeout => Part::RpcTimeout(by_method(node, unused, timeouts::read)?),
        Category::CircuitBreak => Part::CircuitBreak(by_method(node, unused, breakers::read)?),
        Category::Retry => Part::Retry(by_method(node, unused, retries::read)?),
        Category::Degradation => Part::Degradation(limit::degradation(node, unused)?),
        Category::Limit => Part::Limit(limit::read(node, unused)?),
    })
}

/// Reads an object whose fields are the names of methods.
fn by_method<T>(
    node: &Node<'_>,
    unused: &mut Unused,
    read: fn(&Node<'_>, &mut Unused) -> Result<T, Problem>,
) -> Result<ByMethod<T>, Problem> {
    let mut methods = ByMethod::default();
    for (method, node) in node.fields()?.rest() {
        methods.set(method, read(&node, unused)?);
    }
    Ok(methods)
}

/// A flag, which is false where it is left out.
fn flag(fields: &mut Fields<'_>, name: &str) -> Result<bool, Problem> {
    fields.take(name).map_or(Ok(false), |node| node.flag())
}

#[cfg(test)]
mod tests;

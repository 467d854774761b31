//! Which namespace becomes the module path (thrift-idl.md 4.3, kitex-tool.md 17).

use std::path::Path;

use crate::model::Namespace;

/// The scopes that are asked, in order: Rust's own, the one for all languages, and Go's, because
/// that is what files of Kitex services have.
const SCOPES: [&str; 4] = ["rs", "rust", "*", "go"];

/// The module path of a file, one entry a segment. Never empty.
pub(super) fn module_path(namespaces: &[Namespace], path: &Path) -> Vec<String> {
    let named = SCOPES
        .iter()
        .find_map(|scope| namespaces.iter().find(|n| n.scope == *scope));
    match named {
        Some(namespace) => namespace.name.split('.').map(str::to_owned).collect(),
        None => vec![module_of_stem(path)],
    }
}

/// The lower-cased base name without extension; what no identifier can hold becomes `_`.
fn module_of_stem(path: &Path) -> String {
    let stem = path
        .file_stem()
        .unwrap_or_default()
        .to_string_lossy()
        .to_lowercase();
    stem.chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '_' })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Annotations;
    use crate::source::{SourceMap, Span};

    fn module(namespaces: &[(&str, &str)], path: &str) -> Vec<String> {
        let file = SourceMap::new().add("a.thrift".into(), String::new());
        let namespaces: Vec<Namespace> = namespaces
            .iter()
            .map(|&(scope, name)| Namespace {
                scope: scope.into(),
                name: name.into(),
                annotations: Annotations::default(),
                span: Span::new(file, 0, 0),
            })
            .collect();
        module_path(&namespaces, Path::new(path))
    }

    #[test]
    fn the_nearest_scope_wins() {
        let all = [
            ("py", "a"),
            ("go", "b"),
            ("*", "c"),
            ("rust", "d"),
            ("rs", "e.f"),
        ];
        assert_eq!(module(&all, "x.thrift"), ["e", "f"]);
        assert_eq!(module(&all[..4], "x.thrift"), ["d"]);
        assert_eq!(module(&all[..3], "x.thrift"), ["c"]);
        assert_eq!(module(&all[..2], "x.thrift"), ["b"]);
        assert_eq!(module(&all[..1], "x.thrift"), ["x"]);
    }

    #[test]
    fn a_file_name_becomes_one_segment() {
        assert_eq!(module(&[], "dir/My-Service.v1.thrift"), ["my_service_v1"]);
    }
}

//! Which namespace becomes the module path (thrift-idl.md 4.3, kitex-tool.md 17).

use std::path::Path;

use crate::model::{Namespace, module_namespace};

/// The module path of a file, one entry a segment. Never empty.
pub(super) fn module_path(namespaces: &[Namespace], path: &Path) -> Vec<String> {
    match module_namespace(namespaces) {
        Some(namespace) => namespace.name.split('.').map(str::to_owned).collect(),
        None => vec![module_of_stem(path)],
    }
}

/// Longest name of a module that a file name gives, in bytes: the module becomes a file too, and those
/// have names of 255 bytes at most.
const MAX_STEM: usize = 100;

/// The lower-cased base name without extension, as a name. A letter that is not one of ASCII becomes
/// its number, so that files in Chinese have modules of their own: rustc looks for no file of such a
/// name. What no identifier can hold becomes `_`, and a digit gets one in front.
fn module_of_stem(path: &Path) -> String {
    let stem = path
        .file_stem()
        .unwrap_or_default()
        .to_string_lossy()
        .to_lowercase();
    let mut name = String::new();
    let mut numbered = false;
    for c in stem.chars() {
        let is_number = !c.is_ascii() && c.is_alphanumeric();
        let parts = is_number || numbered && c.is_ascii_alphanumeric();
        if parts && !name.is_empty() && !name.ends_with('_') {
            name.push('_');
        }
        match c {
            _ if is_number => name += &format!("u{:x}", u32::from(c)),
            _ if c.is_ascii_alphanumeric() => name.push(c),
            _ => name.push('_'),
        }
        numbered = is_number;
        if name.len() >= MAX_STEM {
            break;
        }
    }
    match name.starts_with(|c: char| c.is_ascii_digit()) {
        true => format!("_{name}"),
        false => name,
    }
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
        for (file, name) in [
            ("dir/My-Service.v1.thrift", "my_service_v1"),
            ("2fa.thrift", "_2fa"),
            ("用户.thrift", "u7528_u6237"),
            ("用户-api.thrift", "u7528_u6237_api"),
            ("订单v2.thrift", "u8ba2_u5355_v2"),
            ("café.thrift", "caf_ue9"),
            ("a😀b.thrift", "a_b"),
        ] {
            assert_eq!(module(&[], file), [name]);
        }
        let long = format!("{}.thrift", "用".repeat(80));
        assert!(module(&[], &long)[0].len() <= MAX_STEM + 8);
    }
}

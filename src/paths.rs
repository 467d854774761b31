//! Paths as files of a project hold them: relative to the project where that is possible, so that
//! they are the same on every machine, and with forward slashes.

use std::path::{Component, Path, PathBuf};

use crate::output::absolute;

/// The way from one absolute folder to another.
pub(crate) fn relative(from: &Path, to: &Path) -> PathBuf {
    let shared = from
        .components()
        .zip(to.components())
        .take_while(|(a, b)| a == b)
        .count();
    let up = from.components().skip(shared).map(|_| Component::ParentDir);
    up.chain(to.components().skip(shared)).collect()
}

/// A file, as seen from the folder `base`. Links to folders are followed, a link to the file itself
/// is not: where a link leads is a matter of the machine.
pub(crate) fn file_seen_from(base: &Path, file: &Path) -> String {
    let way = || {
        let parent = match file.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        Some(relative(&absolute(base)?, &absolute(parent)?).join(file.file_name()?))
    };
    slashes(&way().unwrap_or_else(|| file.to_owned()))
}

/// A folder, as seen from the folder `base`.
pub(crate) fn folder_seen_from(base: &Path, folder: &Path) -> String {
    let way = || {
        let way = relative(&absolute(base)?, &absolute(folder)?);
        Some(match way.as_os_str().is_empty() {
            true => PathBuf::from("."),
            false => way,
        })
    };
    slashes(&way().unwrap_or_else(|| folder.to_owned()))
}

/// Forward slashes work on every system, and keep the file the same on all of them.
pub(crate) fn slashes(path: &Path) -> String {
    let text = path.to_string_lossy();
    if cfg!(windows) {
        text.replace('\\', "/")
    } else {
        text.into_owned()
    }
}

/// The last part of a path with forward slashes.
pub(crate) fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relative_paths() {
        let way = |from: &str, to: &str| relative(Path::new(from), Path::new(to));
        assert_eq!(way("/a/b/c", "/a/runtime"), Path::new("../../runtime"));
        assert_eq!(way("/a", "/a/runtime"), Path::new("runtime"));
    }

    #[test]
    fn what_a_project_sees() {
        let see = |file: &str| file_seen_from(Path::new("target/not-there"), Path::new(file));
        assert_eq!(see("echo.thrift"), "../../echo.thrift");
        assert_eq!(see("target/not-there/./a/../b.thrift"), "b.thrift");
        assert_eq!(folder_seen_from(Path::new("src"), Path::new("src")), ".");
        assert_eq!(folder_seen_from(Path::new("src"), Path::new(".")), "..");
    }
}

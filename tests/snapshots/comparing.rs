//! Compares the planned files with those on disk, and writes them there.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use streamgen::{FilePlan, Ownership};

use crate::case::Case;
use crate::files_below::files_below;

/// Paths and texts that the case is about.
fn expected<'a>(case: &Case, planned: &'a FilePlan) -> BTreeMap<PathBuf, &'a str> {
    planned
        .iter()
        .filter(|(_, file)| case.scaffold || file.ownership == Ownership::Generated)
        .map(|(path, file)| (Path::new(case.dir).join(path), file.contents.as_str()))
        .collect()
}

/// Everything on disk that the case owns: the whole project, or the generated folder.
fn on_disk(case: &Case) -> BTreeMap<PathBuf, String> {
    let dir = Path::new(case.dir);
    let mut found = files_below(&match case.scaffold {
        true => dir.to_owned(),
        false => case.generated_dir(),
    });
    found.retain(|path| !path.starts_with(dir.join("target")));
    if case.is_option() {
        // What is written by hand: the IDL, the tests, what generated code is to find elsewhere.
        let generated = case.generated_dir();
        let scaffold = [dir.join("Cargo.toml"), dir.join("src/lib.rs")];
        found.retain(|path| path.starts_with(&generated) || scaffold.contains(path));
    }
    let with_text = found.into_iter().map(|path| {
        let text = fs::read_to_string(&path);
        let text = text.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        (path, text)
    });
    with_text.collect()
}

/// Whether a file holds what was planned. In the crates of options, scaffold files may go on.
fn holds(case: &Case, path: &Path, found: &str, planned: &str) -> bool {
    let scaffold = !path.starts_with(case.generated_dir());
    found == planned || case.is_option() && scaffold && found.starts_with(planned)
}

/// The differences between plan and disk, a line for each file.
pub(crate) fn differences(case: &Case, planned: &FilePlan) -> Vec<String> {
    let (expected, found) = (expected(case, planned), on_disk(case));
    let missing = expected.keys().filter(|path| !found.contains_key(*path));
    let missing = missing.map(|path| format!("{} is missing", path.display()));
    let extra = found.keys().filter(|path| !expected.contains_key(*path));
    let extra = extra.map(|path| format!("{} is not generated", path.display()));
    let differing = expected.iter().filter_map(|(path, text)| {
        let old = found.get(path)?;
        let line = old
            .lines()
            .zip(text.lines())
            .take_while(|(a, b)| a == b)
            .count()
            + 1;
        (!holds(case, path, old, text)).then(|| format!("{}:{line} differs", path.display()))
    });
    missing.chain(extra).chain(differing).collect()
}

/// Writes the planned files, and removes the others that the case owns.
pub(crate) fn write(case: &Case, planned: &FilePlan) {
    let expected = expected(case, planned);
    for path in on_disk(case)
        .keys()
        .filter(|path| !expected.contains_key(*path))
    {
        fs::remove_file(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    }
    let found = on_disk(case);
    for (path, text) in expected {
        if found
            .get(&path)
            .is_some_and(|old| holds(case, &path, old, text))
        {
            continue;
        }
        let parent = path.parent().expect("a file has a folder");
        fs::create_dir_all(parent)
            .and_then(|()| fs::write(&path, text))
            .unwrap_or_else(|error| {
                panic!("{}: {error}", path.display());
            });
    }
}

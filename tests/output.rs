//! What reaches the disk, and what does not.

mod scratch;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use streamgen::{Action, FilePlan, Ownership};

fn folder(test: &str) -> PathBuf {
    scratch::folder("output", test)
}

fn plan(files: &[(&str, Ownership, &str)]) -> FilePlan {
    let mut plan = FilePlan::default();
    for (path, ownership, text) in files {
        plan.insert(*path, *ownership, (*text).to_owned());
    }
    plan
}

/// Every path below a folder, relative to it.
fn tree(dir: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).expect("the folder is there") {
        let path = entry.expect("the folder can be read").path();
        let name = PathBuf::from(path.file_name().expect("an entry has a name"));
        if path.is_dir() {
            found.extend(tree(&path).into_iter().map(|below| name.join(below)));
        }
        found.push(name);
    }
    found.sort();
    found
}

#[test]
fn files_with_the_right_bytes_are_not_touched() {
    let dir = folder("unchanged");
    let files = plan(&[
        ("a/b.rs", Ownership::Generated, "text"),
        ("c.rs", Ownership::Generated, "new"),
    ]);
    files.write(&dir).expect("a first run");
    let old = SystemTime::now() - Duration::from_secs(3600);
    let file = fs::File::options()
        .write(true)
        .open(dir.join("a/b.rs"))
        .expect("it was written");
    file.set_modified(old).expect("a time can be set");
    fs::write(dir.join("c.rs"), "old").expect("it can be changed");

    let changes = files.write(&dir).expect("a second run");

    let actions: Vec<_> = changes.iter().map(|change| change.action).collect();
    assert_eq!(actions, [Action::Unchanged, Action::Update]);
    let modified = fs::metadata(dir.join("a/b.rs")).and_then(|found| found.modified());
    assert_eq!(modified.expect("it is still there"), old);
    assert_eq!(
        fs::read_to_string(dir.join("c.rs")).expect("it is there"),
        "new"
    );
}

#[test]
fn a_scaffold_that_exists_is_the_users() {
    let dir = folder("scaffold");
    let files = plan(&[("main.rs", Ownership::Scaffold, "ours")]);
    fs::write(dir.join("main.rs"), "theirs").expect("it can be written");

    let changes = files.write(&dir).expect("a run");

    assert_eq!(changes[0].action, Action::Keep);
    assert_eq!(
        fs::read_to_string(dir.join("main.rs")).expect("it is there"),
        "theirs"
    );
}

#[test]
fn an_error_on_the_way_leaves_nothing_behind() {
    let dir = folder("rollback");
    fs::write(dir.join("a.rs"), "old").expect("it can be written");
    // The name is legal, but there is no room for that of the temporary file beside it.
    let long = "x".repeat(250);
    let files = plan(&[
        ("a.rs", Ownership::Generated, "new"),
        ("new/b.rs", Ownership::Generated, "new"),
        (&format!("zzz/{long}"), Ownership::Generated, "new"),
    ]);

    let error = files
        .write(&dir)
        .expect_err("the last file cannot be written");

    assert!(error.to_string().starts_with("cannot write `"), "{error}");
    assert_eq!(tree(&dir), [PathBuf::from("a.rs")]);
    assert_eq!(
        fs::read_to_string(dir.join("a.rs")).expect("it is there"),
        "old"
    );
}

#[test]
fn comparing_writes_nothing() {
    let dir = folder("compare");
    let files = plan(&[("a/b.rs", Ownership::Generated, "text")]);

    let changes = files.compare(&dir).expect("a comparison");

    assert_eq!(changes[0].action, Action::Create);
    assert_eq!(tree(&dir), [] as [PathBuf; 0]);
}

#[test]
fn a_removed_file_takes_its_empty_folders_along() {
    let dir = folder("remove");
    fs::create_dir_all(dir.join("a/b")).expect("a folder can be made");
    for path in ["a/b/gone.rs", "a/kept.rs"] {
        fs::write(dir.join(path), "text").expect("it can be written");
    }
    let mut files = plan(&[("c.rs", Ownership::Generated, "new")]);
    files.remove("a/b/gone.rs");
    files.remove("a/never-there.rs");
    // What is planned is not removed.
    files.remove("c.rs");

    let changes = files.write(&dir).expect("a run");

    let actions: Vec<_> = changes.iter().map(|change| change.action).collect();
    assert_eq!(actions, [Action::Remove, Action::Create]);
    assert_eq!(tree(&dir), ["a", "a/kept.rs", "c.rs"].map(PathBuf::from));
}

#[test]
fn an_error_on_the_way_removes_nothing() {
    let dir = folder("remove-rollback");
    for path in ["a.rs", "gone.rs"] {
        fs::write(dir.join(path), "old").expect("it can be written");
    }
    let long = "x".repeat(250);
    let mut files = plan(&[
        ("a.rs", Ownership::Generated, "new"),
        (&format!("zzz/{long}"), Ownership::Generated, "new"),
    ]);
    files.remove("gone.rs");

    files
        .write(&dir)
        .expect_err("the last file cannot be written");

    assert_eq!(tree(&dir), ["a.rs", "gone.rs"].map(PathBuf::from));
    for path in ["a.rs", "gone.rs"] {
        assert_eq!(
            fs::read_to_string(dir.join(path)).expect("it is there"),
            "old"
        );
    }
}

/// The file to be removed cannot be moved aside: what was written before is taken back.
#[test]
fn a_removal_that_fails_takes_everything_back() {
    let dir = folder("removal-fails");
    let long = "x".repeat(250);
    fs::write(dir.join("a.rs"), "old").expect("it can be written");
    fs::write(dir.join(&long), "old").expect("the name is just legal");
    let mut files = plan(&[("a.rs", Ownership::Generated, "new")]);
    files.remove(&long);

    let error = files.write(&dir).expect_err("there is no room for a name");

    assert!(error.to_string().starts_with("cannot remove `"), "{error}");
    assert_eq!(
        fs::read_to_string(dir.join("a.rs")).expect("it is there"),
        "old"
    );
    assert_eq!(tree(&dir), [PathBuf::from("a.rs"), PathBuf::from(long)]);
}

//! A project on disk, and the runs in it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use streamgen::{Action, Change, Options, generate, generate_all};

use crate::scratch;

/// The folder of one test, with IDL beside the project.
pub(crate) struct Folder {
    dir: PathBuf,
}

/// What a run did.
pub(crate) struct Outcome {
    pub(crate) changes: Vec<Change>,
    pub(crate) notes: Vec<String>,
}

impl Outcome {
    /// The paths below the folder of generated code that something was done to.
    pub(crate) fn paths(&self, action: Action) -> Vec<String> {
        let changes = self.changes.iter().filter(|change| change.action == action);
        let paths = changes.filter_map(|change| change.path.strip_prefix(GENERATED).ok());
        paths
            .map(|path| path.to_string_lossy().into_owned())
            .collect()
    }

    /// Whether a note has all of the words.
    pub(crate) fn says(&self, words: &[&str]) -> bool {
        let mut notes = self.notes.iter();
        notes.any(|note| words.iter().all(|word| note.contains(word)))
    }
}

const GENERATED: &str = "src/stream_gen";

impl Folder {
    /// An empty one.
    pub(crate) fn new(test: &str) -> Self {
        Self {
            dir: scratch::folder("projects", test),
        }
    }

    /// Writes an IDL.
    pub(crate) fn idl(&self, name: &str, text: &str) -> &Self {
        let path = self.dir.join("idl").join(name);
        fs::create_dir_all(path.parent().expect("a file has a folder")).expect("it can be made");
        fs::write(path, text).expect("an IDL can be written");
        self
    }

    /// Removes an IDL.
    pub(crate) fn without_idl(&self, name: &str) {
        fs::remove_file(self.dir.join("idl").join(name)).expect("it was there");
    }

    /// Runs streamgen for an IDL.
    pub(crate) fn run(&self, idl: &str) -> Outcome {
        self.try_run(idl, |_| ())
            .unwrap_or_else(|error| panic!("{idl}: {error}"))
    }

    /// Runs streamgen with options that `set` changes; `Err` is the text of the error.
    pub(crate) fn try_run(
        &self,
        idl: &str,
        set: impl FnOnce(&mut Options),
    ) -> Result<Outcome, String> {
        let mut options = self.options(idl);
        set(&mut options);
        let generated = generate(&options).map_err(|error| error.to_string())?;
        let changes = generated.files.write(&options.out_dir);
        Ok(Outcome {
            changes: changes.map_err(|error| error.to_string())?,
            notes: generated.notes.into_iter().map(|note| note.text).collect(),
        })
    }

    /// Runs streamgen once for several IDLs; `Err` has the text of each error.
    pub(crate) fn try_run_all(&self, idls: &[&str]) -> Result<Outcome, Vec<String>> {
        let jobs: Vec<_> = idls.iter().map(|idl| self.options(idl)).collect();
        let texts = |errors: Vec<streamgen::Error>| {
            errors.iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        let batch = generate_all(&jobs).map_err(texts)?;
        let changes = batch.files.write(&self.dir.join("project"));
        Ok(Outcome {
            changes: changes.map_err(|error| vec![error.to_string()])?,
            notes: batch.notes.into_iter().map(|note| note.text).collect(),
        })
    }

    fn options(&self, idl: &str) -> Options {
        let mut options = Options::new(self.dir.join("idl").join(idl));
        options.streamx = true;
        options.module = Some("project".to_owned());
        options.out_dir = self.dir.join("project");
        options.runtime = "version:0.1".parse().ok();
        options
    }

    fn generated(&self) -> PathBuf {
        self.dir.join("project").join(GENERATED)
    }

    /// The text of a generated file, or of the lock file; empty if it is not there.
    pub(crate) fn text(&self, path: &str) -> String {
        fs::read_to_string(self.generated().join(path)).unwrap_or_default()
    }

    /// Changes a generated file by hand.
    pub(crate) fn edit(&self, path: &str, change: impl FnOnce(String) -> String) {
        let text = change(self.text(path));
        fs::write(self.generated().join(path), text).expect("it can be written");
    }

    /// Removes a generated file by hand.
    pub(crate) fn remove(&self, path: &str) {
        fs::remove_file(self.generated().join(path)).expect("it was there");
    }

    /// Every generated file with its text.
    pub(crate) fn all(&self) -> BTreeMap<String, String> {
        let mut found = BTreeMap::new();
        collect(&self.generated(), "", &mut found);
        found
    }

    /// The files of [`all`](Self::all).
    pub(crate) fn names(&self) -> Vec<String> {
        self.all().into_keys().collect()
    }

    /// Fails unless every `mod` line has a file, and every file a `mod` line.
    pub(crate) fn assert_whole(&self) {
        let all = self.all();
        let mut declared = vec!["mod.rs".to_owned(), "streamgen.lock".to_owned()];
        for (path, text) in &all {
            let below = match path.as_str() {
                "mod.rs" => String::new(),
                other => other.trim_end_matches(".rs").to_owned() + "/",
            };
            let modules = text.lines().filter_map(|line| {
                let line = line.strip_prefix("pub ").unwrap_or(line);
                line.strip_prefix("mod ")?.strip_suffix(';')
            });
            declared
                .extend(modules.map(|name| format!("{below}{}.rs", name.trim_start_matches("r#"))));
        }
        declared.sort();
        assert_eq!(all.into_keys().collect::<Vec<_>>(), declared);
    }
}

fn collect(dir: &Path, below: &str, found: &mut BTreeMap<String, String>) {
    for entry in fs::read_dir(dir).into_iter().flatten() {
        let path = entry.expect("the folder can be read").path();
        let name = path
            .file_name()
            .expect("an entry has a name")
            .to_string_lossy();
        let name = format!("{below}{name}");
        match path.is_dir() {
            true => {
                let before = found.len();
                collect(&path, &format!("{name}/"), found);
                assert!(found.len() > before, "{name} is an empty folder");
            }
            false => {
                let text = fs::read_to_string(&path).expect("it is text");
                found.insert(name, text);
            }
        }
    }
}

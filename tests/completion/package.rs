//! A package on disk, and runs of the tool in it.

use std::fs;
use std::path::PathBuf;

use streamgen::{Action, Note, NoteSeverity, Options, generate};

use crate::scratch;

pub(crate) struct Package {
    pub(crate) dir: PathBuf,
    /// What a test wants to be different.
    pub(crate) options: fn(&mut Options),
}

/// What a run did.
pub(crate) struct Run {
    pub(crate) notes: Vec<Note>,
    /// The user's files that something was inserted into.
    pub(crate) completed: Vec<String>,
}

impl Run {
    /// The texts of all that is said.
    pub(crate) fn texts(&self) -> Vec<&str> {
        self.notes.iter().map(|note| note.text.as_str()).collect()
    }

    /// Fails unless something has exactly this severity and begins with this text.
    pub(crate) fn assert_says(&self, severity: NoteSeverity, start: &str) {
        let mut notes = self.notes.iter();
        assert!(
            notes.any(|note| note.severity == severity && note.text.starts_with(start)),
            "{severity:?} {start}: {:#?}",
            self.notes
        );
    }
}

impl Package {
    /// An empty one.
    pub(crate) fn new(test: &str) -> Self {
        Self {
            dir: scratch::folder("completion", test),
            options: |_| (),
        }
    }

    /// What the tool makes of an IDL where nothing is yet.
    pub(crate) fn fresh(test: &str, idl: &str) -> Self {
        let package = Self::new(test);
        let run = package.run(idl);
        assert!(run.notes.is_empty(), "{:#?}", run.notes);
        package
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.dir.join(path);
        fs::create_dir_all(path.parent().expect("a file has a folder")).expect("it can be made");
        fs::write(path, text).expect("it can be written");
    }

    pub(crate) fn text(&self, path: &str) -> String {
        fs::read_to_string(self.dir.join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    pub(crate) fn edit(&self, path: &str, from: &str, to: &str) {
        let text = self.text(path);
        assert!(text.contains(from), "{from} is not in:\n{text}");
        self.write(path, &text.replace(from, to));
    }

    /// Runs the tool for a new text of the IDL.
    pub(crate) fn run(&self, idl: &str) -> Run {
        self.write("shop.thrift", idl);
        self.run_again()
    }

    /// Runs the tool for `shop.thrift`.
    pub(crate) fn run_again(&self) -> Run {
        let mut options = Options::new(self.dir.join("shop.thrift"));
        options.streamx = true;
        options.module = Some("shop".to_owned());
        options.service = Some("shop".to_owned());
        options.out_dir = self.dir.clone();
        options.runtime = "version:0.1".parse().ok();
        (self.options)(&mut options);
        let generated = generate(&options).unwrap_or_else(|error| panic!("{error}"));
        let changes = generated.files.write(&self.dir).expect("it can be written");
        let completed = changes
            .iter()
            .filter(|change| change.action == Action::Complete);
        Run {
            notes: generated.notes,
            completed: completed
                .map(|change| change.path.display().to_string())
                .collect(),
        }
    }
}

/// Fails unless `after` is `before` with something inserted, which is returned.
pub(crate) fn inserted<'a>(before: &str, after: &'a str) -> &'a str {
    let same = |(a, b): &(u8, u8)| a == b;
    let start = before.bytes().zip(after.bytes()).take_while(same).count();
    let rest = before.len() - start;
    assert!(
        after.len() >= before.len() && after.as_bytes().ends_with(&before.as_bytes()[start..]),
        "more than one place has changed, or something is gone:\n{before}\n---\n{after}"
    );
    &after[start..after.len() - rest]
}

//! Where an IDL comes from.

use std::path::PathBuf;

use streamgen_idl::{Disk, FileSystem, Language, LoadOptions, Severity, load};

use crate::descriptor_set::{self, Source};
use crate::error::LoadError;
use crate::memory::Texts;
use crate::schema::{self, Codec, Schema};

/// Where an IDL comes from: a file and what it includes, texts in memory, or a descriptor set of Protobuf. A
/// name that ends in `.proto` is that of Protobuf, any other that of Thrift.
///
/// Each [`load`](Self::load) reads anew, and gives a schema of its own. Who holds an earlier one goes
/// on with it, so that an IDL can be replaced while calls run.
#[derive(Clone, Debug)]
pub struct Provider {
    root: PathBuf,
    include_dirs: Vec<PathBuf>,
    texts: Option<Texts>,
    descriptors: Option<Source>,
    codec: Option<Codec>,
    go_tag: bool,
}

impl Provider {
    /// The IDL in a file. Thrift's includes are looked for in the folder of the file that includes, then in the
    /// folders of [`include_dir`](Self::include_dir), then in the working directory. Protobuf's imports are
    /// looked for in those folders first, then in the folder of this file, then in the working directory.
    #[must_use]
    pub fn file(path: impl Into<PathBuf>) -> Self {
        Self {
            root: path.into(),
            include_dirs: Vec::new(),
            texts: None,
            descriptors: None,
            codec: None,
            go_tag: true,
        }
    }

    /// The IDL in a text that includes nothing. The name is what messages call it.
    #[must_use]
    pub fn text(name: impl Into<String>, text: impl Into<String>) -> Self {
        let name = name.into();
        Self::texts(name.clone(), [(name, text.into())])
    }

    /// The IDL in texts with their paths, of which one is the root. Includes are looked for among the
    /// texts as [`file`](Self::file) looks for files; no file is read.
    #[must_use]
    pub fn texts<P: AsRef<str>, T: Into<String>>(
        root: impl Into<PathBuf>,
        texts: impl IntoIterator<Item = (P, T)>,
    ) -> Self {
        Self {
            texts: Some(texts.into_iter().collect()),
            ..Self::file(root)
        }
    }

    /// A `google.protobuf.FileDescriptorSet` in a file, as `protoc --include_imports --descriptor_set_out` writes
    /// it, up to 16 MiB. The schema has the services of all files in it, in their order. Descriptors have no
    /// lines, so that errors name none.
    #[must_use]
    pub fn descriptor_set(path: impl Into<PathBuf>) -> Self {
        Self::of_descriptors(Source::File(path.into()))
    }

    /// The services of a descriptor set whose bytes are in memory.
    #[must_use]
    pub fn descriptor_set_bytes(bytes: impl Into<Vec<u8>>) -> Self {
        Self::of_descriptors(Source::Bytes(bytes.into()))
    }

    fn of_descriptors(source: Source) -> Self {
        Self {
            descriptors: Some(source),
            ..Self::file(descriptor_set::ALL)
        }
    }

    /// The language, where it is not that of the name.
    #[must_use]
    pub fn codec(mut self, codec: Codec) -> Self {
        self.codec = Some(codec);
        self
    }

    /// Adds a folder in which includes are looked for.
    #[must_use]
    pub fn include_dir(mut self, path: impl Into<PathBuf>) -> Self {
        self.include_dirs.push(path.into());
        self
    }

    /// Whether `go.tag = 'json:"name"'` gives a field its name in JSON, as in Kitex. It does by
    /// default; Kitex's `WithGoTagDisabled(true)` is `go_tag(false)`.
    #[must_use]
    pub fn go_tag(mut self, yes: bool) -> Self {
        self.go_tag = yes;
        self
    }

    /// Reads the IDL and compiles it. It reads files, and takes some milliseconds for a large IDL:
    /// give it a thread where that matters.
    ///
    /// # Errors
    /// When a file cannot be read, the IDL has an error, or two fields of a struct have the same name
    /// in JSON. The error has a line for each, with its place.
    pub fn load(&self) -> Result<Schema, LoadError> {
        let options = LoadOptions {
            root: self.root.clone(),
            include_dirs: self.include_dirs.clone(),
            language: self.codec.map(|codec| match codec {
                Codec::Thrift => Language::Thrift,
                Codec::Protobuf => Language::Protobuf,
            }),
            ..LoadOptions::default()
        };
        match (&self.descriptors, &self.texts) {
            (Some(source), _) => {
                let (files, path) = source.read()?;
                let options = LoadOptions {
                    descriptor_set: Some(path),
                    ..options
                };
                self.compiled(&options, &files)
            }
            (None, Some(texts)) => self.compiled(&options, texts),
            (None, None) => self.compiled(&options, &Disk),
        }
    }

    fn compiled(&self, options: &LoadOptions, files: &dyn FileSystem) -> Result<Schema, LoadError> {
        let loaded = load(options, files);
        let Some(found) = &loaded.schema else {
            let errors = loaded.diagnostics.iter();
            let errors = errors.filter(|found| found.severity == Severity::Error);
            return Err(LoadError::new(errors.map(|found| {
                // Descriptors have no text, and no places.
                let place = found.primary_span().filter(|_| self.descriptors.is_none());
                let place = place.and_then(|span| loaded.sources.position(span));
                let place = place
                    .map(|(path, at)| format!("{}:{}:{}: ", path.display(), at.line, at.column));
                format!("{}{}", place.unwrap_or_default(), found.message)
            })));
        };
        schema::compile(found, &loaded.sources, self.go_tag)
    }
}

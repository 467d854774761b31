//! Everything that descriptors name, and the file where it is.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use bytes::Bytes;
use prost::Message as _;
use prost_types::{
    DescriptorProto, EnumDescriptorProto, FieldDescriptorProto, FileDescriptorProto,
};

use crate::error::{Error, Result};

/// What is known of the files that were added. The first file of a name counts.
#[derive(Debug, Default)]
pub(super) struct Index {
    files: Vec<File>,
    by_name: HashMap<String, usize>,
    symbols: HashMap<String, usize>,
    /// By the message that is extended, then by number.
    extensions: HashMap<String, BTreeMap<i32, usize>>,
    services: BTreeSet<String>,
}

#[derive(Debug)]
struct File {
    /// As it was added: options that this program does not know are in it too.
    bytes: Bytes,
    imports: Vec<String>,
}

/// A `google.protobuf.FileDescriptorSet` whose files stay bytes.
#[derive(Clone, PartialEq, prost::Message)]
struct FileDescriptorSet {
    #[prost(bytes = "bytes", repeated, tag = "1")]
    file: Vec<Bytes>,
}

impl Index {
    /// Adds the files of a serialized `FileDescriptorSet`.
    pub(super) fn add(&mut self, set: Bytes) -> Result<()> {
        let broken = |error: prost::DecodeError| {
            Error::invalid_argument(format!("no FileDescriptorSet: {error}"))
        };
        for bytes in FileDescriptorSet::decode(set).map_err(broken)?.file {
            let file = FileDescriptorProto::decode(bytes.clone()).map_err(broken)?;
            if !self.by_name.contains_key(file.name()) {
                self.add_file(bytes, &file);
            }
        }
        Ok(())
    }

    fn add_file(&mut self, bytes: Bytes, file: &FileDescriptorProto) {
        let index = self.files.len();
        self.by_name.insert(file.name().to_owned(), index);
        self.files.push(File {
            bytes,
            imports: file.dependency.clone(),
        });
        let package = file.package();
        for message in &file.message_type {
            self.add_message(index, package, message);
        }
        for found in &file.enum_type {
            self.add_enum(index, package, found);
        }
        for field in &file.extension {
            self.add_extension(index, package, field);
        }
        for service in &file.service {
            let name = join(package, service.name());
            for method in &service.method {
                self.add_symbol(index, join(&name, method.name()));
            }
            self.services.insert(name.clone());
            self.add_symbol(index, name);
        }
    }

    fn add_symbol(&mut self, index: usize, name: String) {
        self.symbols.entry(name).or_insert(index);
    }

    /// Messages nest at most as deep as prost decodes them.
    fn add_message(&mut self, index: usize, scope: &str, message: &DescriptorProto) {
        let name = join(scope, message.name());
        for field in &message.field {
            self.add_symbol(index, join(&name, field.name()));
        }
        for oneof in &message.oneof_decl {
            self.add_symbol(index, join(&name, oneof.name()));
        }
        for field in &message.extension {
            self.add_extension(index, &name, field);
        }
        for child in &message.nested_type {
            self.add_message(index, &name, child);
        }
        for child in &message.enum_type {
            self.add_enum(index, &name, child);
        }
        self.add_symbol(index, name);
    }

    /// The values of an enum are named beside it, not below it.
    fn add_enum(&mut self, index: usize, scope: &str, found: &EnumDescriptorProto) {
        for value in &found.value {
            self.add_symbol(index, join(scope, value.name()));
        }
        self.add_symbol(index, join(scope, found.name()));
    }

    fn add_extension(&mut self, index: usize, scope: &str, field: &FieldDescriptorProto) {
        let extendee = field.extendee();
        let extendee = extendee.strip_prefix('.').unwrap_or(extendee).to_owned();
        let numbers = self.extensions.entry(extendee).or_default();
        numbers.entry(field.number()).or_insert(index);
        self.add_symbol(index, join(scope, field.name()));
    }

    /// The file with a name.
    pub(super) fn file(&self, name: &str) -> Option<usize> {
        self.by_name.get(name).copied()
    }

    /// The file that defines a full name.
    pub(super) fn symbol(&self, name: &str) -> Option<usize> {
        self.symbols.get(name).copied()
    }

    /// The file that extends a message under a number.
    pub(super) fn extension(&self, extendee: &str, number: i32) -> Option<usize> {
        self.extensions.get(extendee)?.get(&number).copied()
    }

    /// The numbers of a message's extensions, from the lowest; `None` when nothing has that name.
    pub(super) fn extension_numbers(&self, extendee: &str) -> Option<Vec<i32>> {
        match self.extensions.get(extendee) {
            Some(numbers) => Some(numbers.keys().copied().collect()),
            None => self.symbol(extendee).map(|_| Vec::new()),
        }
    }

    /// Full names of services, sorted.
    pub(super) fn services(&self) -> &BTreeSet<String> {
        &self.services
    }

    /// A file, then all that it imports, at any depth, but for what is in `sent`, which gets all of
    /// them. An import that was never added is left out.
    pub(super) fn with_imports(&self, file: usize, sent: &mut HashSet<usize>) -> Vec<Bytes> {
        let mut found = Vec::new();
        let (mut seen, mut open) = (HashSet::from([file]), vec![file]);
        while let Some(next) = open.pop() {
            let Some(known) = self.files.get(next) else {
                continue;
            };
            if sent.insert(next) || next == file {
                found.push(known.bytes.clone());
            }
            let imports = known.imports.iter().filter_map(|name| self.file(name));
            open.extend(imports.filter(|import| seen.insert(*import)));
        }
        found
    }
}

fn join(scope: &str, name: &str) -> String {
    match scope {
        "" => name.to_owned(),
        scope => format!("{scope}.{name}"),
    }
}

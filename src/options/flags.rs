//! Options as flags of the command line: what a user would type to get them.

use std::fmt::Display;
use std::path::Path;

use super::{
    BytesType, DEFAULT_GEN_PATH, INLINE_WORD, IdlType, MapType, Options, PathChoice, StringType,
    TypeOptions,
};
use crate::paths::{file_seen_from, folder_seen_from};

impl Options {
    /// The flags that decide what is generated, in the order of the help, as they are typed in the
    /// folder of the project. Flags for its `Cargo.toml` are not among them.
    pub(crate) fn flags(&self) -> Vec<String> {
        let mut flags = Flags(Vec::new());
        let project = &self.out_dir;
        flags.values("service", &self.service);
        flags.switch("streamx", self.streamx);
        let folders = self.include_dirs.iter();
        flags.values("I", folders.map(|dir| folder_seen_from(project, dir)));
        let set = self.descriptor_set.as_deref();
        flags.values(
            "descriptor-set",
            set.map(|file| file_seen_from(project, file)),
        );
        flags.values("type", self.idl_type.map(word_of_type));
        flags.switch("no-recurse", self.no_recurse);
        let file = self.idl_ref.as_deref();
        flags.values("idl-ref", file.map(|file| file_seen_from(project, file)));
        flags.switch("combine-service", self.combine_service);
        flags.values("use", &self.use_path);
        if self.gen_path != DEFAULT_GEN_PATH {
            flags.values("gen-path", [&self.gen_path]);
        }
        self.types.add_flags(&mut flags);
        flags.values("rename", &self.renames);
        flags.switch("descriptors", self.descriptors);
        flags.switch("copy-idl", self.copy_idl);
        flags.switch("invoker", self.invoker);
        flags.switch("default-handlers", self.default_handlers);
        flags.switch("mock", self.mock);
        flags.0
    }

    /// The IDL as it is typed in the folder of the project. In a descriptor set it has a name of its
    /// own.
    pub(crate) fn idl_of_project(&self) -> String {
        match self.descriptor_set {
            _ if self.text.is_some() => INLINE_WORD.to_owned(),
            Some(_) => self.idl.to_string_lossy().into_owned(),
            None => file_seen_from(&self.out_dir, Path::new(&self.idl)),
        }
    }
}

impl TypeOptions {
    fn add_flags(&self, flags: &mut Flags) {
        if self.strings != StringType::default() {
            flags.values("string-type", [self.strings]);
        }
        if self.bytes != BytesType::default() {
            flags.values("bytes-type", [self.bytes]);
        }
        flags.values("bytes-type", self.bytes_of.iter().map(choice));
        if self.maps != MapType::default() {
            flags.values("map-type", [self.maps]);
        }
        flags.values("map-type", self.maps_of.iter().map(choice));
        flags.switch("serde", self.serde);
        flags.switch("enum-as-text", self.enum_as_text);
        flags.switch("keep-unknown-fields", self.keep_unknown_fields);
        flags.switch("only-reachable", self.only_reachable);
        let attribute = |one: &super::PathAttribute| format!("{}={}", one.path, one.attribute);
        flags.values("type-attribute", self.type_attributes.iter().map(attribute));
        flags.values(
            "field-attribute",
            self.field_attributes.iter().map(attribute),
        );
        let extern_path = |one: &super::ExternPath| format!("{}={}", one.path, one.rust_path);
        flags.values("extern-path", self.extern_paths.iter().map(extern_path));
        flags.values("skip-debug", &self.skip_debug);
        flags.switch("compile-well-known-types", self.compile_well_known_types);
    }
}

struct Flags(Vec<String>);

impl Flags {
    fn switch(&mut self, name: &str, on: bool) {
        if on {
            self.0.push(format!("-{name}"));
        }
    }

    fn values<T: Display>(&mut self, name: &str, values: impl IntoIterator<Item = T>) {
        let flag = |value| format!("-{name}={value}");
        self.0.extend(values.into_iter().map(flag));
    }
}

fn word_of_type(idl_type: IdlType) -> &'static str {
    match idl_type {
        IdlType::Thrift => "thrift",
        IdlType::Protobuf => "protobuf",
    }
}

fn choice<T: Display>(one: &PathChoice<T>) -> String {
    format!("{}={}", one.path, one.choice)
}

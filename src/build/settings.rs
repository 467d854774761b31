//! One method for each flag that means something in a `build.rs`.

use std::fmt::Display;
use std::path::PathBuf;
use std::str::FromStr;

use super::Generator;
use crate::options::{BytesType, IdlType, MapType, StringType};

impl Generator {
    /// Generates the StreamX surface, one client for ping-pong and streaming methods: `-streamx`.
    pub fn streamx(mut self, on: bool) -> Self {
        self.options.streamx = on;
        self
    }

    /// Adds a folder to search for included IDL files, after those added before: `-I`.
    pub fn include(mut self, folder: impl Into<PathBuf>) -> Self {
        self.options.include_dirs.push(folder.into());
        self
    }

    /// Reads this `FileDescriptorSet` instead of `.proto` files; IDLs name files in it:
    /// `-descriptor-set`.
    pub fn descriptor_set(mut self, file: impl Into<PathBuf>) -> Self {
        self.options.descriptor_set = Some(file.into());
        self
    }

    /// The language of the IDLs, where their suffix does not tell: `-type`.
    pub fn idl_type(mut self, idl_type: IdlType) -> Self {
        self.options.idl_type = Some(idl_type);
        self
    }

    /// The name of the root module, `stream_gen` unless this is called: `-gen-path`. IDLs that are not
    /// to share a module tree need one each. `include_gen!(NAME)` includes it.
    pub fn gen_path(mut self, name: impl Into<String>) -> Self {
        self.options.gen_path = name.into();
        self
    }

    /// Where the modules go, which is Cargo's `OUT_DIR` unless this is called. `include_gen!` looks for
    /// them there only.
    pub fn out_dir(mut self, folder: impl Into<PathBuf>) -> Self {
        self.out_dir = Some(folder.into());
        self
    }

    /// Whether [`compile`](Self::compile) prints lines for Cargo, as it does unless this is called. In a
    /// program that is no `build.rs`, nobody reads them.
    pub fn tells_cargo(mut self, on: bool) -> Self {
        self.tells_cargo = on;
        self
    }

    /// Leaves out structs that no service of the IDLs reaches: `-only-reachable`.
    pub fn only_reachable(mut self, on: bool) -> Self {
        self.options.types.only_reachable = on;
        self
    }

    /// A part of the IDL that exists in Rust already, as in `("base", "::common::base")`:
    /// `-extern-path`.
    pub fn extern_path(mut self, path: &str, rust: &str) -> Self {
        if let Some(found) = self.parsed("extern_path", path, rust) {
            self.options.types.extern_paths.push(found);
        }
        self
    }

    /// The Rust name of a package, a definition or a member, as in `("acme.Order.id", "key")`:
    /// `-rename`.
    pub fn rename(mut self, path: &str, name: &str) -> Self {
        if let Some(found) = self.parsed("rename", path, name) {
            self.options.renames.push(found);
        }
        self
    }

    /// A file that says which IDL files exist in Rust: `-idl-ref`. Cargo builds again when it changes.
    pub fn idl_ref(mut self, file: impl Into<PathBuf>) -> Self {
        self.options.idl_ref = Some(file.into());
        self
    }

    /// Leaves the code of included files to others, who generate it in the same module tree:
    /// `-no-recurse`.
    pub fn no_recurse(mut self, on: bool) -> Self {
        self.options.no_recurse = on;
        self
    }

    /// Serves all services of each IDL as one more, `CombineService`: `-combine-service`.
    pub fn combine_service(mut self, on: bool) -> Self {
        self.options.combine_service = on;
        self
    }

    /// Gives servers `into_invoker`, to be called without a socket: `-invoker`.
    pub fn invoker(mut self, on: bool) -> Self {
        self.options.invoker = on;
        self
    }

    /// Writes the descriptors of Protobuf as `FILE_DESCRIPTOR_SET`, for server reflection:
    /// `-descriptors`.
    pub fn descriptors(mut self, on: bool) -> Self {
        self.options.descriptors = on;
        self
    }

    /// Gives the traits of handlers a body for each method, which answers "unimplemented":
    /// `-default-handlers`.
    pub fn default_handlers(mut self, on: bool) -> Self {
        self.options.default_handlers = on;
        self
    }

    /// Gives services a `Mock…` for tests, a handler that is told which calls to expect and what to answer:
    /// `-mock`.
    pub fn mock(mut self, on: bool) -> Self {
        self.options.mock = on;
        self
    }

    /// The Rust type of `string`: `-string-type`.
    pub fn string_type(mut self, ty: StringType) -> Self {
        self.options.types.strings = ty;
        self
    }

    /// The Rust type of `binary`: `-bytes-type`.
    pub fn bytes_type(mut self, ty: BytesType) -> Self {
        self.options.types.bytes = ty;
        self
    }

    /// The Rust type of `bytes` for the fields of messages that the path picks, as in
    /// `("Page.image", BytesType::Vec)`: `-bytes-type PATH=TYPE`.
    pub fn bytes_type_of(mut self, path: &str, ty: BytesType) -> Self {
        if let Some(found) = self.parsed("bytes_type_of", path, ty) {
            self.options.types.bytes_of.push(found);
        }
        self
    }

    /// The Rust types of `map` and `set`: `-map-type`.
    pub fn map_type(mut self, ty: MapType) -> Self {
        self.options.types.maps = ty;
        self
    }

    /// The Rust type of `map` for the fields of messages that the path picks, as in
    /// `("Page.terms", MapType::BTree)`: `-map-type PATH=TYPE`.
    pub fn map_type_of(mut self, path: &str, ty: MapType) -> Self {
        if let Some(found) = self.parsed("map_type_of", path, ty) {
            self.options.types.maps_of.push(found);
        }
        self
    }

    /// Derives serde's traits, with the names of the IDL: `-serde`.
    pub fn serde(mut self, on: bool) -> Self {
        self.options.types.serde = on;
        self
    }

    /// Derives serde's traits, with an enum as its name in the IDL instead of its number:
    /// `-enum-as-text`.
    pub fn enum_as_text(mut self, on: bool) -> Self {
        self.options.types.enum_as_text = on;
        self
    }

    /// Keeps fields that the IDL does not have, and writes them back: `-keep-unknown-fields`.
    pub fn keep_unknown_fields(mut self, on: bool) -> Self {
        self.options.types.keep_unknown_fields = on;
        self
    }

    /// An attribute for types, as in `("echo.Request", "#[derive(Eq)]")`: `-type-attribute`.
    pub fn type_attribute(mut self, path: &str, attribute: &str) -> Self {
        if let Some(found) = self.parsed("type_attribute", path, attribute) {
            self.options.types.type_attributes.push(found);
        }
        self
    }

    /// An attribute for fields, as in `("Request.id", "#[serde(skip)]")`: `-field-attribute`.
    pub fn field_attribute(mut self, path: &str, attribute: &str) -> Self {
        if let Some(found) = self.parsed("field_attribute", path, attribute) {
            self.options.types.field_attributes.push(found);
        }
        self
    }

    /// Types whose `Debug` is written by hand, as in `"echo.Request"`: `-skip-debug`.
    pub fn skip_debug(mut self, path: &str) -> Self {
        match path.parse() {
            Ok(path) => self.options.types.skip_debug.push(path),
            Err(error) => self.mistakes.push(format!("skip_debug: {error}")),
        }
        self
    }

    /// Generates `google.protobuf` instead of taking prost's types for it:
    /// `-compile-well-known-types`.
    pub fn compile_well_known_types(mut self, on: bool) -> Self {
        self.options.types.compile_well_known_types = on;
        self
    }

    /// `PATH=VALUE`, as the command line reads it. [`compile`](Self::compile) reports what is wrong.
    fn parsed<T: FromStr<Err: Display>>(
        &mut self,
        method: &str,
        path: &str,
        value: impl Display,
    ) -> Option<T> {
        let parsed = format!("{path}={value}").parse();
        parsed
            .map_err(|error| self.mistakes.push(format!("{method}: {error}")))
            .ok()
    }
}

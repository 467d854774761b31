//! From the shared AST to the tables.
//!
//! Structs may name each other, so that they get their index first, then their fields, then the bytes
//! of zeros and defaults, each pass resting on the one before.

use std::collections::HashMap;

use streamgen_idl::model::{self, DefId, DefinitionKind, Requiredness};
use streamgen_idl::{SourceMap, Span};

use super::constant::{default_bytes, written_default};
use super::names::json_name;
use super::{Codec, Compiled, Enum, Field, InProtobuf, Schema, Struct, Type};
use crate::error::{LoadError, Place};
use crate::wire;

pub(crate) fn compile(
    model: &model::Schema,
    sources: &SourceMap,
    go_tag: bool,
) -> Result<Schema, LoadError> {
    let mut compiler = Compiler::new(model, sources, go_tag);
    compiler.declare();
    match compiler.out.codec {
        Codec::Thrift => {
            compiler.fill_fields();
            compiler.fill_absent();
        }
        Codec::Protobuf => compiler.fill_messages(),
    }
    compiler.fill_services();
    match compiler.errors.is_empty() {
        true => Ok(Schema(compiler.out.into())),
        false => Err(LoadError::new(compiler.errors)),
    }
}

pub(super) struct Compiler<'a> {
    pub(super) model: &'a model::Schema,
    sources: &'a SourceMap,
    go_tag: bool,
    pub(super) out: Compiled,
    /// The type of each struct and enum, and of each typedef that was used.
    pub(super) types: HashMap<DefId, Type>,
    /// Where the tables have each element and each map.
    pub(super) element_at: HashMap<Type, u32>,
    pub(super) map_at: HashMap<(Type, Type), u32>,
    /// Bytes that the default values may still take.
    pub(super) default_bytes_left: usize,
    /// The structs as the IDL has them, by their index.
    pub(super) likes: Vec<&'a model::StructLike>,
    errors: Vec<String>,
}

impl<'a> Compiler<'a> {
    fn new(model: &'a model::Schema, sources: &'a SourceMap, go_tag: bool) -> Self {
        let paths = sources.iter().map(|(_, file)| file.path());
        let files = paths.map(|path| path.display().to_string()).collect();
        let codec = match model.file(model.root).kind.is_protobuf() {
            true => Codec::Protobuf,
            false => Codec::Thrift,
        };
        Self {
            model,
            sources,
            go_tag,
            out: Compiled {
                codec,
                files,
                ..Compiled::default()
            },
            types: HashMap::new(),
            element_at: HashMap::new(),
            map_at: HashMap::new(),
            default_bytes_left: default_bytes(),
            likes: Vec::new(),
            errors: Vec::new(),
        }
    }

    pub(super) fn place(&self, span: Span) -> Place {
        // Descriptors have no text, and no lines.
        let has_text = self
            .sources
            .get(span.file)
            .is_some_and(|file| !file.text().is_empty());
        let position = self.sources.position(span).filter(|_| has_text);
        let line = position.map_or(0, |(_, at)| at.line);
        Place {
            file: u32::try_from(span.file.index()).unwrap_or(u32::MAX),
            line: u32::try_from(line).unwrap_or(u32::MAX),
        }
    }

    /// Adds an error of the IDL.
    pub(super) fn refuse(&mut self, place: Place, problem: &str) {
        let file = &self.out.files[place.file as usize];
        self.errors
            .push(format!("{file}:{}: {problem}", place.line));
    }

    /// The name of a definition for the root file: `Item`, or `base.Item`. In Protobuf, the full name.
    fn name_of(&self, def: &model::Definition) -> String {
        if self.out.codec == Codec::Protobuf {
            return self.full_name(def);
        }
        match def.file == self.model.root {
            true => def.name.clone(),
            false => {
                let file = &self.model.file(def.file).path;
                let prefix = file.file_stem().unwrap_or_default();
                format!("{}.{}", prefix.display(), def.name)
            }
        }
    }

    fn declare(&mut self) {
        for def in &self.model.definitions {
            let name = self.name_of(def);
            let ty = match &def.kind {
                DefinitionKind::Struct(found) => {
                    self.likes.push(found);
                    let place = self.place(def.name_span);
                    let at = u32::try_from(self.out.structs.len()).unwrap_or(u32::MAX);
                    self.out.by_name.entry(name.as_str().into()).or_insert(at);
                    self.add_struct(Struct::new(name, found.kind, place))
                }
                DefinitionKind::Enum(found) => {
                    self.out.enums.push(Enum::new(name, found));
                    Type::Enum(last(&self.out.enums))
                }
                _ => continue,
            };
            self.types.insert(def.id, ty);
        }
    }

    pub(super) fn add_struct(&mut self, new: Struct) -> Type {
        self.out.structs.push(new);
        Type::Struct(last(&self.out.structs))
    }

    pub(super) fn structs(&self) -> Vec<(usize, &'a model::StructLike)> {
        self.likes.iter().copied().enumerate().collect()
    }

    fn fill_fields(&mut self) {
        for (at, found) in self.structs() {
            let fields = found.fields.iter().map(|field| self.field(field));
            let fields = fields.collect();
            self.set_fields(at, fields);
        }
    }

    pub(super) fn set_fields(&mut self, at: usize, fields: Vec<Field>) {
        let mut by_name: HashMap<Box<str>, usize> = HashMap::new();
        for (index, field) in fields.iter().enumerate() {
            if let Some(other) = by_name.insert(field.name.clone(), index) {
                let problem = format!(
                    "two fields have the name \"{}\" in JSON, the other one in line {}; \
                     change a go.tag, or read the IDL with go_tag(false)",
                    field.name, fields[other].place.line,
                );
                self.refuse(field.place, &problem);
            }
        }
        let ids = fields.iter().enumerate();
        let mut by_id: Vec<_> = ids.map(|(index, field)| (field.id, index)).collect();
        by_id.sort_unstable();
        let into = &mut self.out.structs[at];
        (into.fields, into.by_name, into.by_id) = (fields, by_name, by_id);
    }

    pub(super) fn field(&mut self, field: &model::Field) -> Field {
        let name = json_name(field, self.go_tag);
        let quoted = serde_json::Value::from(name).to_string();
        Field {
            id: field.id,
            name: name.into(),
            key: format!("{quoted}:").into(),
            ty: self.type_of(&field.ty),
            required: field.requiredness == Requiredness::Required,
            optional: field.requiredness == Requiredness::Optional,
            js_conv: field.annotations.has("api.js_conv"),
            default: None,
            absent: Box::default(),
            protobuf: InProtobuf::default(),
            place: self.place(field.span),
        }
    }

    /// Zeros first: a default value may hold structs of which it gives some fields only.
    fn fill_absent(&mut self) {
        for (at, found) in self.structs() {
            for (index, field) in found.fields.iter().enumerate() {
                let of = &self.out.structs[at];
                if field.requiredness == Requiredness::Default && !of.is_union {
                    let zero = self.out.zero(of.fields[index].ty);
                    let absent = zero.map(|zero| with_head(&of.fields[index], &zero));
                    self.out.structs[at].fields[index].absent = absent.unwrap_or_default();
                }
            }
        }
        for (at, found) in self.structs() {
            self.fill_defaults(at, found);
        }
    }

    fn fill_defaults(&mut self, at: usize, found: &model::StructLike) {
        if self.out.structs[at].is_union {
            return;
        }
        for (index, like) in found.fields.iter().enumerate() {
            let Some(default) = &like.default else {
                continue;
            };
            let field = &self.out.structs[at].fields[index];
            let value = self.default_of(field.ty, default, field.place);
            let field = &mut self.out.structs[at].fields[index];
            let absent = written_default(like).map(|_| with_head(field, &value));
            field.default = Some(value.into());
            field.absent = absent.unwrap_or_default();
        }
    }

    /// Fills in what is written of an argument that the JSON does not give.
    pub(super) fn fill_always_written(
        &mut self,
        field: &mut Field,
        default: Option<&model::Value>,
    ) {
        let value = match default {
            None => self.out.zero(field.ty),
            Some(default) => {
                let value = self.default_of(field.ty, default, field.place);
                field.default = Some(value.as_slice().into());
                Some(value)
            }
        };
        let absent = value.map(|value| with_head(field, &value));
        field.absent = absent.unwrap_or_default();
    }
}

fn with_head(field: &Field, value: &[u8]) -> Box<[u8]> {
    let mut bytes = Vec::with_capacity(value.len() + 3);
    wire::put_head(&mut bytes, field.ty.wire(), field.thrift_id());
    bytes.extend_from_slice(value);
    bytes.into()
}

/// Ids of Thrift fit, as the loader checks.
pub(super) fn id_of(field: &model::Field) -> i16 {
    i16::try_from(field.id).expect("an id of Thrift fits an i16")
}

/// Index of the last: an IDL has fewer things than a `u32` counts.
pub(super) fn last<T>(table: &[T]) -> u32 {
    u32::try_from(table.len() - 1).expect("the loader bounds the size of an IDL")
}

impl Struct {
    pub(super) fn new(name: String, kind: model::StructKind, place: Place) -> Self {
        Self {
            name,
            is_union: kind == model::StructKind::Union,
            is_exception: kind == model::StructKind::Exception,
            fields: Vec::new(),
            by_name: HashMap::new(),
            by_id: Vec::new(),
            oneofs: Vec::new(),
            well_known: None,
            place,
        }
    }
}

impl Enum {
    fn new(name: String, of: &model::Enum) -> Self {
        let mut names = HashMap::new();
        for variant in &of.variants {
            let name = variant.name.as_str().into();
            names.entry(variant.number).or_insert(name);
        }
        let numbers = of.variants.iter();
        let numbers = numbers.map(|variant| (variant.name.as_str().into(), variant.number));
        Self {
            name,
            numbers: numbers.collect(),
            names,
            closed: of.closed,
        }
    }
}

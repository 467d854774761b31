//! What the services of the root IDL need, under `-only-reachable`.
//!
//! The rule is that of Kitex's `trim_idl` (thriftgo tool/trimmer): structs, unions and exceptions go
//! unless a service of the root IDL, a constant or a typedef leads to them, or a line of their
//! comment says `@preserve`; services of other files go unless a service of the root IDL extends
//! them; constants, typedefs and enums stay.

use streamgen_idl::model::{DefId, Definition, DefinitionKind, Schema, TypeKind, TypeRef};

/// For each definition whether it stays.
pub(super) fn reachable(schema: &Schema) -> Vec<bool> {
    let mut search = Search {
        schema,
        kept: vec![false; schema.definitions.len()],
        open: Vec::new(),
    };
    for def in &schema.definitions {
        let stays = match &def.kind {
            DefinitionKind::Service(_) => def.file == schema.root,
            DefinitionKind::Struct(_) => is_preserved(def),
            // An enum in a message of Protobuf goes with the message.
            DefinitionKind::Enum(_) => def.parent.is_none(),
            DefinitionKind::Const(_) | DefinitionKind::Typedef(_) => true,
        };
        if stays {
            search.keep(def.id);
        }
    }
    while let Some(id) = search.open.pop() {
        search.follow(id);
    }
    search.kept
}

struct Search<'a> {
    schema: &'a Schema,
    kept: Vec<bool>,
    /// Kept, but what they lead to is not yet.
    open: Vec<DefId>,
}

impl Search<'_> {
    fn keep(&mut self, id: DefId) {
        if !std::mem::replace(&mut self.kept[id.index()], true) {
            self.open.push(id);
            // A message nested in another needs its module.
            if let Some(parent) = self.schema.def(id).parent {
                self.keep(parent);
            }
        }
    }

    fn follow(&mut self, id: DefId) {
        match &self.schema.def(id).kind {
            DefinitionKind::Struct(item) => item.fields.iter().for_each(|f| self.keep_type(&f.ty)),
            DefinitionKind::Typedef(typedef) => self.keep_type(&typedef.target),
            DefinitionKind::Const(item) => self.keep_type(&item.ty),
            DefinitionKind::Service(service) => {
                if let Some(base) = service.extends {
                    self.keep(base);
                }
                for method in &service.methods {
                    let fields = method.args.iter().chain(&method.throws);
                    let types = fields.map(|field| &field.ty).chain(&method.result);
                    types.for_each(|ty| self.keep_type(ty));
                }
            }
            DefinitionKind::Enum(_) => {}
        }
    }

    fn keep_type(&mut self, ty: &TypeRef) {
        match &ty.kind {
            TypeKind::List(item) | TypeKind::Set(item) => self.keep_type(item),
            TypeKind::Map(key, value) => {
                self.keep_type(key);
                self.keep_type(value);
            }
            TypeKind::Named(id) => self.keep(*id),
            _ => {}
        }
    }
}

fn is_preserved(def: &Definition) -> bool {
    let says_so = |line: &String| line.trim().eq_ignore_ascii_case("@preserve");
    def.docs.lines.iter().any(says_so)
}

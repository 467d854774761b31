//! What the modules are called.

use streamgen_idl::model::{DefinitionKind, Schema};

use crate::options::Rename;
use crate::plan::ident;
use crate::plan::names::asked_name;
use crate::plan::protobuf::{self, ProtobufTypes};
use crate::plan::rename::asked_module;
use crate::plan::scope::{Request, Scope};

use super::{Content, ModuleId, ModuleTree, is_protobuf};

impl ModuleTree {
    /// Namespace segments choose before services: other files refer to them. Nobody refers to parts.
    /// In Protobuf, what is nested in messages comes between the two.
    pub(super) fn assign_idents(
        &mut self,
        schema: &Schema,
        protobuf: &ProtobufTypes,
        renames: &[Rename],
    ) {
        for parent in 0..self.modules.len() {
            let mut children = self.modules[parent].children.clone();
            let is_namespace = |id: &ModuleId| self.segment(*id).is_some();
            let (namespaces, mut others): (Vec<_>, Vec<_>) =
                children.iter().copied().partition(is_namespace);
            others.sort_by_key(|id| !matches!(self.get(*id).content, Content::Service(_)));
            let path = self.segments(ModuleId(parent));
            let segments: Vec<&str> = namespaces
                .iter()
                .filter_map(|id| self.segment(*id))
                .collect();
            let is_protobuf = is_protobuf(schema);
            let mut scope = module_scope(is_protobuf);
            let mut idents = namespace_idents(is_protobuf, &mut scope, &path, &segments, renames);
            if let Content::Namespace { files, .. } = &self.modules[parent].content {
                scope.reserve(protobuf.modules_of(schema, files));
            }
            let requests = others
                .iter()
                .map(|id| request(schema, &self.get(*id).content));
            let assigned = scope.assign(&requests.collect::<Vec<_>>());
            idents.extend(assigned.into_iter().map(|one| one.ident));
            for (id, ident) in namespaces.iter().chain(&others).zip(idents) {
                self.modules[id.0].ident = ident;
            }
            // rustfmt sorts neighbouring `mod` lines, and so do we.
            children.sort_by(|a, b| {
                let [a, b] = [a, b].map(|id| ident::unraw(&self.get(*id).ident));
                a.cmp(b)
            });
            self.modules[parent].children = children;
        }
    }

    /// The segment of a namespace.
    fn segment(&self, id: ModuleId) -> Option<&str> {
        match &self.get(id).content {
            Content::Namespace { segment, .. } => Some(segment),
            _ => None,
        }
    }

    /// The names of the IDL from the root down to a namespace.
    fn segments(&self, id: ModuleId) -> Vec<&str> {
        let above = |id: &ModuleId| self.get(*id).parent;
        let path = std::iter::successors(Some(id), above).filter_map(|id| self.segment(id));
        let mut path: Vec<&str> = path.filter(|segment| !segment.is_empty()).collect();
        path.reverse();
        path
    }
}

/// The names of the modules of one folder before any is given away.
pub(in crate::plan) fn module_scope(is_protobuf: bool) -> Scope {
    // prost-build calls it `extern_`, which is no name that we would give.
    let taken = is_protobuf.then(|| "extern".to_owned());
    Scope::modules(taken.into_iter().collect())
}

/// The identifiers of the namespaces in one, in order. In Protobuf, prost-build has its own idea of
/// some names.
pub(in crate::plan) fn namespace_idents(
    is_protobuf: bool,
    scope: &mut Scope,
    parent: &[&str],
    segments: &[&str],
    renames: &[Rename],
) -> Vec<String> {
    let requests: Vec<Request<'_>> = segments
        .iter()
        .map(|segment| Request {
            name: match is_protobuf {
                true => protobuf::module_name(segment),
                false => segment,
            },
            explicit: asked_module(renames, &[parent, &[*segment]].concat()),
            fallback: "unnamed".to_owned(),
            is_value: false,
        })
        .collect();
    let assigned = scope.assign(&requests);
    assigned.into_iter().map(|one| one.ident).collect()
}

fn request<'a>(schema: &'a Schema, content: &'a Content) -> Request<'a> {
    let name = match content {
        Content::Namespace { segment, .. } => segment.as_str(),
        Content::Service(id) => match &schema.def(*id).kind {
            DefinitionKind::Service(_) => {
                let def = schema.def(*id);
                asked_name(&def.annotations).map_or(def.name.as_str(), ident::unraw)
            }
            _ => "",
        },
        Content::Part { name, .. } => name.as_str(),
        Content::Descriptors => "file_descriptor_set",
    };
    Request {
        name,
        explicit: None,
        fallback: "unnamed".to_owned(),
        is_value: false,
    }
}

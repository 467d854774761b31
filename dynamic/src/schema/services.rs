//! The services of the root file, or of all files of a descriptor set.

use streamgen_idl::model::{self, StreamingMode, StructKind};

use super::compile::{Compiler, id_of};
use super::{Codec, Method, Mode, Request, Service, Struct, Throw, Type};
use crate::descriptor_set::ALL;

/// Most methods of all services of an IDL, inherited ones counted for each service: a line of an IDL adds
/// a service that inherits all methods of the one before.
const MAX_METHODS: usize = 100_000;

impl Compiler<'_> {
    pub(super) fn fill_services(&mut self) {
        let root = self.model.file(self.model.root);
        // The root of a descriptor set is a file that only names the others.
        let files: Vec<_> = match root.path.to_str() == Some(ALL) {
            true => root.includes.iter().map(|include| include.file).collect(),
            false => vec![root.id],
        };
        let services = files.iter().flat_map(|&file| self.model.services_of(file));
        let services: Vec<_> = services.collect();
        let mut count = 0;
        for (def, _) in services {
            let methods = self.model.methods_of(def.id);
            count += methods.len();
            if count > MAX_METHODS {
                let problem = format!(
                    "the services of the IDL have more than {MAX_METHODS} methods, inherited ones counted"
                );
                let place = self.place(def.name_span);
                return self.refuse(place, &problem);
            }
            let methods: Vec<_> = methods.iter().map(|one| self.method(one.method)).collect();
            let names = methods.iter().enumerate();
            let by_name = names.map(|(index, method)| (method.name.as_str().into(), index));
            self.out.services.push(Service {
                name: def.name.clone(),
                package: package_of(self.model.file(def.file)),
                by_name: by_name.collect(),
                methods,
            });
        }
    }

    fn method(&mut self, method: &model::Method) -> Method {
        let throws = method.throws.iter().map(|field| Throw {
            id: id_of(field),
            name: field.name.clone(),
            ty: self.type_of(&field.ty),
        });
        let throws = throws.collect();
        Method {
            name: method.name.clone(),
            mode: match (self.out.codec, mode_of(method)) {
                // As in generated code: which wire carries such a call, the client says.
                (Codec::Protobuf, Mode::Unary) => Mode::PingPong,
                (_, mode) => mode,
            },
            retry_safe: method.retry_safe,
            throws,
            request: self.request(method),
            result: method.result.as_ref().map(|result| self.type_of(result)),
            place: self.place(method.name_span),
        }
    }

    /// Streams and Protobuf carry messages as they are; other calls carry a struct of arguments.
    fn request(&mut self, method: &model::Method) -> Request {
        let is_bare = method.mode.is_streaming() || self.out.codec == Codec::Protobuf;
        match &method.args[..] {
            [one] if is_bare => Request::Bare(self.type_of(&one.ty)),
            [one] => Request::Argument {
                id: id_of(one),
                ty: self.type_of(&one.ty),
            },
            several => Request::Arguments(self.arguments(method, several)),
        }
    }

    fn arguments(&mut self, method: &model::Method, args: &[model::Field]) -> Type {
        let fields = args.iter().map(|field| self.argument(field)).collect();
        let place = self.place(method.name_span);
        let name = format!("of the arguments of {}", method.name);
        let ty = self.add_struct(Struct::new(name, StructKind::Struct, place));
        self.set_fields(self.out.structs.len() - 1, fields);
        ty
    }

    /// Arguments are always written, with zero for what is not given.
    fn argument(&mut self, argument: &model::Field) -> super::Field {
        let mut field = self.field(argument);
        self.fill_always_written(&mut field, argument.default.as_ref());
        field
    }
}

/// As in generated code: the package of Protobuf; of Thrift, the last part of the Go namespace, else the
/// file's stem, in lower case (`grpc-and-pingpong.md` A.2).
fn package_of(file: &model::File) -> String {
    if file.kind.is_protobuf() {
        return file.package.clone().unwrap_or_default();
    }
    let stem = file.path.file_stem().unwrap_or_default().to_string_lossy();
    let namespace = file.namespace("go").or_else(|| file.namespace("*"));
    let namespace = namespace.unwrap_or(&stem);
    let last = namespace.rsplit('.').next();
    last.unwrap_or(namespace).to_lowercase()
}

fn mode_of(method: &model::Method) -> Mode {
    match method.mode {
        _ if method.oneway => Mode::OneWay,
        StreamingMode::PingPong => Mode::PingPong,
        StreamingMode::Unary => Mode::Unary,
        StreamingMode::ClientStreaming => Mode::ClientStreaming,
        StreamingMode::ServerStreaming => Mode::ServerStreaming,
        StreamingMode::Bidirectional => Mode::BidiStreaming,
    }
}

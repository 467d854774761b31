//! What is generated for one service: names and types.

use streamgen_idl::Diagnostic;
use streamgen_idl::model::{DefId, Docs, Field, InheritedMethod, Method, TypeRef};

use super::Plan;
use super::attributes::deprecated;
use super::clients::{self, ClientKind, ClientPlan};
use super::ident::{Case, unraw};
use super::kinds::MethodKind;
use super::mocks::{self, MockPlan};
use super::modules::ModuleId;
use super::names::{Entry, assign, field_idents, free_name, param_idents, variant_idents};
use super::rust_type::RustType;

/// A service with everything that a template needs to know about it.
#[derive(Debug)]
pub(crate) struct ServicePlan<'a> {
    pub(crate) def: DefId,
    /// The module that holds the generated items.
    pub(crate) module: ModuleId,
    /// The name on the wire.
    pub(crate) wire_name: &'a str,
    /// Handler trait.
    pub(crate) handler_trait: String,
    /// Server type.
    pub(crate) server: String,
    /// The generic parameter for a handler.
    pub(crate) handler: &'static str,
    /// The clients of the service, in the order in which they are printed.
    pub(crate) clients: Vec<ClientPlan>,
    /// Inherited methods first.
    pub(crate) methods: Vec<MethodPlan<'a>>,
    /// The handler for tests, if it is asked for.
    pub(crate) mock: Option<MockPlan>,
}

/// One method.
#[derive(Debug)]
pub(crate) struct MethodPlan<'a> {
    /// The name on the wire.
    pub(crate) wire_name: &'a str,
    pub(crate) ident: String,
    pub(crate) kind: MethodKind,
    /// Whether it may run twice.
    pub(crate) retry_safe: bool,
    pub(crate) docs: &'a Docs,
    /// Whole attributes, for the trait and for the client.
    pub(crate) attributes: Vec<String>,
    /// Arguments, or the one message that the client sends.
    pub(crate) args: Vec<ArgPlan<'a>>,
    /// The arguments as the IDL has them.
    pub(crate) idl_args: &'a [Field],
    /// The result, or the message that the server sends; `()` for void.
    pub(crate) result: RustType,
    /// Struct of the arguments, if [`MethodKind::has_args_struct`].
    pub(crate) args_struct: String,
    /// Error enum of a method with `throws`.
    pub(crate) error: Option<ErrorPlan<'a>>,
    /// The handler's parameter for the call's context; `None` where the stream gives it.
    pub(crate) context_param: Option<String>,
    /// The handler's parameter for the stream.
    pub(crate) stream_param: String,
    /// Whether the classic surface has it on its stream client, whatever the surface of this run.
    pub(crate) is_for_stream_client: bool,
}

/// One argument.
#[derive(Debug)]
pub(crate) struct ArgPlan<'a> {
    pub(crate) ident: String,
    /// The parameter of the handler: a variable of the user's code, so in Rust's case whatever the
    /// IDL or an annotation says.
    pub(crate) param: String,
    pub(crate) ty: RustType,
    pub(crate) field: &'a Field,
}

/// The error type of a method with `throws`.
#[derive(Debug)]
pub(crate) struct ErrorPlan<'a> {
    pub(crate) ident: String,
    pub(crate) exceptions: Vec<ExceptionPlan<'a>>,
    /// The variant for errors that the IDL does not declare.
    pub(crate) other: String,
}

/// One entry of `throws`.
#[derive(Debug)]
pub(crate) struct ExceptionPlan<'a> {
    pub(crate) variant: String,
    pub(crate) ty: RustType,
    pub(crate) field: &'a Field,
    /// Whether an earlier entry has the same type, so that only one of them can have a `From`.
    pub(crate) repeated: bool,
}

impl ServicePlan<'_> {
    /// Whether the service has a client for streams alone.
    pub(crate) fn has_stream_client(&self) -> bool {
        let mut clients = self.clients.iter();
        clients.any(|client| client.kind == ClientKind::OverStream)
    }
}

/// Parameters that generated signatures may hold besides the arguments.
const CONTEXT: &str = "cx";
const STREAM: &str = "stream";

impl<'a> Plan<'a> {
    /// Plans one service.
    pub(crate) fn service(&self, def: DefId, diagnostics: &mut Vec<Diagnostic>) -> ServicePlan<'a> {
        let module = self.modules.of_service(def);
        let handler_trait = self.names.ident(def).to_owned();
        let inherited = self.schema.methods_of(def);
        let path = self.protobuf.path(self.schema, def);
        let idents = method_idents(&inherited, path.as_deref(), diagnostics);
        let mut helpers = HelperNames::new(&handler_trait);
        let kinds = inherited.iter();
        let kinds = kinds.map(|m| self.kind_of(m.method, self.streamx));
        let kinds: Vec<_> = kinds.collect();
        let server = helpers.claim(&handler_trait, "Server");
        let claim = &mut |suffix: &str| helpers.claim(&handler_trait, suffix);
        let clients = clients::of(&kinds, &idents, self.streamx, claim);
        let methods: Vec<_> = inherited
            .iter()
            .zip(kinds.iter().zip(&idents))
            .map(|(m, (kind, ident))| {
                self.method(module, m.method, *kind, ident, &mut helpers, diagnostics)
            })
            .collect();
        // Behind all others, so that it renames none of them.
        let mock = self.mock.then(|| {
            let ident = helpers.claim("Mock", unraw(&handler_trait));
            mocks::of(ident, &methods)
        });
        ServicePlan {
            def,
            module,
            wire_name: &self.schema.def(def).name,
            handler: if handler_trait == "H" { "T" } else { "H" },
            handler_trait,
            server,
            clients,
            methods,
            mock,
        }
    }

    fn kind_of(&self, method: &Method, streamx: bool) -> MethodKind {
        MethodKind::of(method, self.is_protobuf(self.schema.root), streamx)
    }

    fn method(
        &self,
        module: ModuleId,
        method: &'a Method,
        kind: MethodKind,
        ident: &str,
        helpers: &mut HelperNames,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> MethodPlan<'a> {
        let arg_idents = field_idents(&method.args, diagnostics);
        let params = param_idents(&arg_idents);
        let args = method.args.iter().zip(&arg_idents).zip(&params);
        let args = args
            .map(|((field, ident), param)| ArgPlan {
                ident: ident.clone(),
                param: param.clone(),
                ty: self.rust_type(module, &field.ty),
                field,
            })
            .collect();
        let args_struct = match kind.has_args_struct() {
            false => String::new(),
            true => helpers.claim(&Case::UpperCamel.convert(&method.name), "Args"),
        };
        // Streams do not carry declared exceptions (`kitex-tool.md` 10.3).
        let throws = !kind.is_streaming() && !method.throws.is_empty();
        MethodPlan {
            wire_name: &method.name,
            ident: ident.to_owned(),
            kind,
            retry_safe: method.retry_safe,
            docs: &method.docs,
            attributes: deprecated(&method.annotations),
            args,
            idl_args: &method.args,
            result: self.result(module, method.result.as_ref()),
            args_struct,
            error: throws.then(|| self.error(module, method, helpers, diagnostics)),
            // A stream of the classic surface gives its context itself (`kitex-tool.md` 10.3).
            context_param: (self.streamx || !kind.is_streaming())
                .then(|| free_name(CONTEXT, &params)),
            stream_param: free_name(STREAM, &params),
            is_for_stream_client: self.kind_of(method, false).is_over_stream(),
        }
    }

    fn result(&self, module: ModuleId, ty: Option<&TypeRef>) -> RustType {
        ty.map_or_else(RustType::unit, |ty| self.rust_type(module, ty))
    }

    fn error(
        &self,
        module: ModuleId,
        method: &'a Method,
        helpers: &mut HelperNames,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> ErrorPlan<'a> {
        let variants = variant_idents(&method.throws, diagnostics);
        let other = free_name("Error", &variants);
        let mut seen = Vec::new();
        let exceptions = method.throws.iter().zip(variants).map(|(field, variant)| {
            let target = self.schema.resolve(&field.ty);
            let repeated = seen.contains(&target);
            seen.push(target);
            ExceptionPlan {
                variant,
                ty: self.rust_type(module, &field.ty),
                field,
                repeated,
            }
        });
        let exceptions = exceptions.collect();
        ErrorPlan {
            ident: helpers.claim(&Case::UpperCamel.convert(&method.name), "Error"),
            exceptions,
            other,
        }
    }
}

/// Names of the types that the generator adds to a service's module.
struct HelperNames {
    taken: Vec<String>,
}

impl HelperNames {
    fn new(handler_trait: &str) -> Self {
        Self {
            taken: vec![handler_trait.to_owned()],
        }
    }

    /// `stem` + `suffix`, with underscores behind it while the name is taken.
    fn claim(&mut self, stem: &str, suffix: &str) -> String {
        let name = free_name(&format!("{stem}{suffix}"), &self.taken);
        self.taken.push(name.clone());
        name
    }
}

/// All methods of a trait share one scope, inherited ones included.
fn method_idents(
    methods: &[InheritedMethod<'_>],
    path: Option<&str>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<String> {
    let entries = methods
        .iter()
        .enumerate()
        .map(|(n, InheritedMethod { method, .. })| Entry {
            name: &method.name,
            annotations: &method.annotations,
            span: method.name_span,
            fallback: format!("unnamed_{n}"),
            is_value: false,
            path: path.map(|path| format!("{path}.{}", method.name)),
        });
    assign(Case::Snake, &[], entries.collect(), diagnostics)
}

//! Which clients a service has. On the StreamX surface it is one for all methods. On the classic surface
//! there is one for calls and, if the service has them, one for what goes over streams
//! (`kitex-tool.md` 10.1).

use super::kinds::MethodKind;
use super::names::free_name;

/// A client of a service.
#[derive(Debug)]
pub(crate) struct ClientPlan {
    pub(crate) ident: String,
    pub(crate) kind: ClientKind,
    /// The constructor: `new`, unless a method is called so.
    pub(crate) constructor: String,
    /// The function that starts a builder: `builder`, unless a method is called so.
    pub(crate) builder: String,
    /// The function that makes a client of a handler in memory: `in_memory`, unless a method is called so.
    pub(crate) in_memory: String,
    /// Numbers of the methods that it has.
    pub(crate) methods: Vec<usize>,
}

/// What a client is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ClientKind {
    /// All methods.
    All,
    /// The methods that do not go over streams, beside a stream client.
    Calls,
    /// The methods that go over streams.
    OverStream,
}

impl ClientKind {
    /// Functions of the runtime that make such a client: that of `ServiceClient`, and that of the
    /// builder, with the builder's type.
    pub(crate) const fn functions(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::All => ("new", "ClientBuilder", "new"),
            Self::Calls => ("of_calls", "ClientBuilder", "of_calls"),
            Self::OverStream => ("of_streams", "StreamClientBuilder", "new"),
        }
    }

    fn has(self, method: MethodKind) -> bool {
        match self {
            Self::All => true,
            Self::Calls => !method.is_over_stream(),
            Self::OverStream => method.is_over_stream(),
        }
    }
}

/// The clients of a service whose methods are of these kinds and called `idents`. `claim` makes the
/// name of a type with a suffix.
pub(super) fn of(
    kinds: &[MethodKind],
    idents: &[String],
    streamx: bool,
    claim: &mut dyn FnMut(&str) -> String,
) -> Vec<ClientPlan> {
    let mut client = |kind: ClientKind, suffix| {
        let methods = kinds.iter().enumerate();
        let methods = methods.filter(|(_, method)| kind.has(**method));
        ClientPlan {
            ident: claim(suffix),
            kind,
            constructor: unused("new", "new_client", idents),
            builder: unused("builder", "client_builder", idents),
            in_memory: unused("in_memory", "client_in_memory", idents),
            methods: methods.map(|(number, _)| number).collect(),
        }
    };
    if streamx || !kinds.iter().any(|kind| kind.is_over_stream()) {
        return vec![client(ClientKind::All, "Client")];
    }
    vec![
        client(ClientKind::Calls, "Client"),
        client(ClientKind::OverStream, "StreamClient"),
    ]
}

/// The functions of the client that are ours give way to the methods of the IDL.
fn unused(name: &str, otherwise: &str, methods: &[String]) -> String {
    match methods.iter().any(|method| method == name) {
        true => free_name(otherwise, methods),
        false => name.to_owned(),
    }
}

//! What a schema has: services and their methods, structs.

use std::sync::Arc;

use crate::error::{NotFound, not_found};
use crate::message::MessageType;
use crate::method::Method;
use crate::schema::{self, Codec, Compiled, Schema, Type};

impl Schema {
    /// How the messages are written.
    #[must_use]
    pub fn codec(&self) -> Codec {
        self.0.codec
    }

    /// The services of the root file, or of all files of a descriptor set, in their order.
    pub fn services(&self) -> impl Iterator<Item = Service> + '_ {
        let count = self.0.services.len();
        (0..count).map(|at| Service::new(self.0.clone(), at))
    }

    /// The service of this name in the root file. A service of Protobuf has its full name, too.
    ///
    /// # Errors
    /// When there is none; the error names the nearest.
    pub fn service(&self, name: &str) -> Result<Service, NotFound> {
        let services = &self.0.services;
        let found = services.iter().position(|service| service.name == name);
        let found = found.or_else(|| {
            let (package, name) = name.rsplit_once('.')?;
            let is_it =
                |service: &schema::Service| service.package == package && service.name == name;
            services
                .iter()
                .position(is_it)
                .filter(|_| self.0.codec == Codec::Protobuf)
        });
        let names = services.iter().map(|service| service.name.as_str());
        found
            .map(|at| Service::new(self.0.clone(), at))
            .ok_or_else(|| not_found("service", name, "the IDL", names))
    }

    /// The last service of the root file, or of a descriptor set: the one that Kitex takes when none is named.
    ///
    /// # Errors
    /// When the file has no service.
    pub fn last_service(&self) -> Result<Service, NotFound> {
        let last = self.services().last();
        last.ok_or_else(|| NotFound("the IDL has no service".to_owned()))
    }

    /// The struct, union or exception of this name: `Item` in the root file, `base.Item` in a file
    /// that it includes. In Protobuf, the message of this full name: `shop.Item`.
    ///
    /// # Errors
    /// When there is none; the error names the nearest.
    pub fn message(&self, name: &str) -> Result<MessageType, NotFound> {
        let found = self.0.by_name.get(name);
        let names = self.0.structs.iter().map(|one| one.name.as_str());
        let what = match self.0.codec {
            Codec::Thrift => "struct",
            Codec::Protobuf => "message",
        };
        found
            .map(|&at| MessageType::new(self.0.clone(), Type::Struct(at)))
            .ok_or_else(|| not_found(what, name, "the IDL", names))
    }
}

/// A service of a [`Schema`](crate::Schema). Cheap to clone.
#[derive(Clone, Debug)]
pub struct Service {
    schema: Arc<Compiled>,
    at: usize,
}

impl Service {
    pub(crate) fn new(schema: Arc<Compiled>, at: usize) -> Self {
        Self { schema, at }
    }

    pub(crate) fn table(&self) -> &schema::Service {
        &self.schema.services[self.at]
    }

    /// The name in the IDL.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.table().name
    }

    /// The name with the package of Protobuf: `shop.Orders`. Of Thrift, the name.
    #[must_use]
    pub fn full_name(&self) -> String {
        let (table, package) = (self.table(), self.grpc_package());
        match self.codec() {
            Codec::Protobuf if !package.is_empty() => format!("{package}.{}", table.name),
            _ => table.name.clone(),
        }
    }

    /// How the messages of the service are written.
    #[must_use]
    pub fn codec(&self) -> Codec {
        self.schema.codec
    }

    /// What precedes the name in a path of gRPC: the package of Protobuf; of Thrift, the last part of the
    /// Go namespace, as in generated code.
    #[must_use]
    pub fn grpc_package(&self) -> &str {
        &self.table().package
    }

    /// The methods, inherited ones first.
    pub fn methods(&self) -> impl Iterator<Item = Method> + '_ {
        (0..self.table().methods.len()).map(|at| self.at(at))
    }

    fn at(&self, at: usize) -> Method {
        Method::new(self.schema.clone(), self.at, at)
    }

    /// The method of this name, inherited ones included.
    ///
    /// # Errors
    /// When there is none; the error names the nearest.
    pub fn method(&self, name: &str) -> Result<Method, NotFound> {
        let table = self.table();
        let found = table.by_name.get(name).map(|&at| self.at(at));
        let names = table.methods.iter().map(|method| method.name.as_str());
        let of = format!("service {}", table.name);
        found.ok_or_else(|| not_found("method", name, &of, names))
    }
}

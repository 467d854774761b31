//! Server reflection, `grpc.reflection.v1` and `v1alpha`: tells clients such as grpcurl which services
//! there are, and their types. Feature `reflection`.
//!
//! What is told comes from the descriptors that the tool writes with `-descriptors`. Answers are those
//! of grpc-go: each file comes with all that it imports, but on one stream no import comes twice.

mod index;
mod stream_gen;

use std::collections::{BTreeSet, HashSet};
use std::fmt;
use std::sync::Arc;

use bytes::Bytes;

use crate::context::Context;
use crate::error::{Code, Error, Result};
use crate::server::Service;
use crate::streaming::BidiStreamingServer;

use index::Index;
use stream_gen::grpc::reflection::v1::server_reflection::{
    ServerReflection, ServerReflectionServer,
};
use v1::server_reflection_request::MessageRequest;
use v1::server_reflection_response::MessageResponse;
use v1::{
    ErrorResponse, ExtensionNumberResponse, FileDescriptorResponse, ListServiceResponse,
    ServerReflectionRequest, ServerReflectionResponse, ServiceResponse,
};

/// Messages and client of `grpc.reflection.v1`.
pub mod v1 {
    pub use super::stream_gen::grpc::reflection::v1::server_reflection::ServerReflectionClient;
    pub use super::stream_gen::grpc::reflection::v1::*;
}

/// The client of `grpc.reflection.v1alpha`, whose messages are those of [`v1`].
pub mod v1alpha {
    mod stream_gen;

    pub(super) use stream_gen::FILE_DESCRIPTOR_SET;
    pub use stream_gen::grpc::reflection::v1alpha::server_reflection::ServerReflectionClient;
    pub(super) use stream_gen::grpc::reflection::v1alpha::server_reflection::{
        ServerReflection, ServerReflectionServer,
    };

    pub(super) const NAME: &str = "grpc.reflection.v1alpha.ServerReflection";
}

const NAME: &str = "grpc.reflection.v1.ServerReflection";

/// What a server tells about itself. Clones share it.
///
/// ```no_run
/// # use streamgen_runtime::{Result, Server, server::Service};
/// use streamgen_runtime::reflection::Reflection;
/// # mod stream_gen { pub const FILE_DESCRIPTOR_SET: &[u8] = b""; }
///
/// # async fn run(pow: impl Service) -> Result<()> {
/// let reflection = Reflection::builder()
///     .descriptors(stream_gen::FILE_DESCRIPTOR_SET) // by -descriptors
///     .build()?;
/// Server::builder()
///     .add_service(pow)
///     .add_service(reflection.service())
///     .add_service(reflection.service_v1alpha()) // clients from before 2023
///     .serve("0.0.0.0:8888")
///     .await
/// # }
/// ```
#[derive(Clone)]
pub struct Reflection {
    index: Arc<Index>,
    services: Arc<BTreeSet<String>>,
}

impl Reflection {
    /// A builder without descriptors but those of reflection itself.
    pub fn builder() -> ReflectionBuilder {
        ReflectionBuilder {
            sets: Vec::new(),
            services: BTreeSet::new(),
        }
    }

    /// The service `grpc.reflection.v1.ServerReflection`, to add to a server.
    #[must_use]
    pub fn service(&self) -> impl Service {
        ServerReflectionServer::new(V1(self.clone()))
    }

    /// The service `grpc.reflection.v1alpha.ServerReflection`, to add to a server. It is what older
    /// clients ask.
    #[must_use]
    pub fn service_v1alpha(&self) -> impl Service {
        v1alpha::ServerReflectionServer::new(V1Alpha(self.clone()))
    }

    /// Answers until the client closes its side. `own` is the service that answers.
    async fn serve(
        &self,
        own: &str,
        mut stream: BidiStreamingServer<ServerReflectionRequest, ServerReflectionResponse>,
    ) -> Result<()> {
        let mut sent = HashSet::new();
        while let Some(request) = stream.recv().await? {
            let answer = self.answer(own, &request, &mut sent)?;
            let response = ServerReflectionResponse {
                valid_host: request.host.clone(),
                original_request: Some(request),
                message_response: Some(answer),
            };
            stream.send(response).await?;
        }
        Ok(())
    }

    fn answer(
        &self,
        own: &str,
        request: &ServerReflectionRequest,
        sent: &mut HashSet<usize>,
    ) -> Result<MessageResponse> {
        let mut files = |found: Option<usize>, what: &str| match found {
            Some(file) => MessageResponse::FileDescriptorResponse(FileDescriptorResponse {
                file_descriptor_proto: self.index.with_imports(file, sent),
            }),
            None => not_found(what),
        };
        let index = &self.index;
        Ok(match &request.message_request {
            Some(MessageRequest::FileByFilename(name)) => files(index.file(name), "file"),
            Some(MessageRequest::FileContainingSymbol(name)) => files(index.symbol(name), "symbol"),
            Some(MessageRequest::FileContainingExtension(one)) => {
                let found = index.extension(&one.containing_type, one.extension_number);
                files(found, "extension")
            }
            Some(MessageRequest::AllExtensionNumbersOfType(name)) => {
                match index.extension_numbers(name) {
                    Some(extension_number) => {
                        MessageResponse::AllExtensionNumbersResponse(ExtensionNumberResponse {
                            base_type_name: name.clone(),
                            extension_number,
                        })
                    }
                    None => not_found("type"),
                }
            }
            Some(MessageRequest::ListServices(_)) => self.list(own),
            None => {
                let message = "a reflection request without a question";
                return Err(Error::grpc_status(Code::INVALID_ARGUMENT, message));
            }
        })
    }

    fn list(&self, own: &str) -> MessageResponse {
        let mut names: BTreeSet<&str> = self.services.iter().map(String::as_str).collect();
        names.insert(own);
        let service = |name: &str| ServiceResponse {
            name: name.to_owned(),
        };
        MessageResponse::ListServicesResponse(ListServiceResponse {
            service: names.into_iter().map(service).collect(),
        })
    }
}

impl fmt::Debug for Reflection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let services = &self.services;
        f.debug_struct("Reflection")
            .field("services", services)
            .finish_non_exhaustive()
    }
}

fn not_found(what: &str) -> MessageResponse {
    MessageResponse::ErrorResponse(ErrorResponse {
        error_code: Code::NOT_FOUND.into(),
        error_message: format!("{what} not found"),
    })
}

/// Builds [`Reflection`].
#[derive(Clone, Debug)]
#[must_use]
pub struct ReflectionBuilder {
    sets: Vec<Bytes>,
    services: BTreeSet<String>,
}

impl ReflectionBuilder {
    /// Adds a serialized `google.protobuf.FileDescriptorSet`. May be called again: of files with the
    /// same name, the first counts.
    pub fn descriptors(mut self, set: impl Into<Bytes>) -> Self {
        self.sets.push(set.into());
        self
    }

    /// Lists these services, by full name, and the reflection service that is asked. Without it, every
    /// service of the descriptors is listed, those of imported files too.
    pub fn services<T: Into<String>>(mut self, names: impl IntoIterator<Item = T>) -> Self {
        self.services.extend(names.into_iter().map(Into::into));
        self
    }

    /// Reads the descriptors.
    ///
    /// # Errors
    ///
    /// When bytes are no `FileDescriptorSet`.
    pub fn build(self) -> Result<Reflection> {
        let mut index = Index::default();
        for set in self.sets {
            index.add(set)?;
        }
        let services = match self.services.is_empty() {
            true => index.services().clone(),
            false => self.services,
        };
        for own in [
            stream_gen::FILE_DESCRIPTOR_SET,
            v1alpha::FILE_DESCRIPTOR_SET,
        ] {
            index.add(Bytes::from_static(own))?;
        }
        Ok(Reflection {
            index: Arc::new(index),
            services: Arc::new(services),
        })
    }
}

struct V1(Reflection);

impl ServerReflection for V1 {
    async fn server_reflection_info(
        &self,
        _: Context,
        stream: BidiStreamingServer<ServerReflectionRequest, ServerReflectionResponse>,
    ) -> Result<()> {
        self.0.serve(NAME, stream).await
    }
}

struct V1Alpha(Reflection);

impl v1alpha::ServerReflection for V1Alpha {
    async fn server_reflection_info(
        &self,
        _: Context,
        stream: BidiStreamingServer<ServerReflectionRequest, ServerReflectionResponse>,
    ) -> Result<()> {
        self.0.serve(v1alpha::NAME, stream).await
    }
}

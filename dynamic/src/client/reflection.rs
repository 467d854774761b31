//! The IDL that a server itself tells, by gRPC's server reflection.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use streamgen_idl::{MAX_FILE_BYTES, MAX_FILES};
use streamgen_runtime::client::{BidiStreamingCall, Channel};
use streamgen_runtime::reflection::v1::server_reflection_request::MessageRequest;
use streamgen_runtime::reflection::v1::server_reflection_response::MessageResponse;
use streamgen_runtime::reflection::v1::{ServerReflectionRequest, ServerReflectionResponse};
use streamgen_runtime::reflection::{v1, v1alpha};
use streamgen_runtime::{BidiStreamingClient, Error, ErrorKind};

use crate::descriptor_set::{File, set_of};
use crate::provider::Provider;

/// Most services that a server may list: as many as files.
const MAX_SERVICES: usize = MAX_FILES;

/// The package of the services that are asked themselves. They are not what is looked for.
const OWN_PACKAGE: &str = "grpc.reflection.";

/// Why a server's IDL is not known.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum ReflectionError {
    /// The server could not be asked, or has no reflection.
    Call(Error),
    /// The server's answer is of no use.
    Answer(String),
}

impl From<Error> for ReflectionError {
    fn from(error: Error) -> Self {
        Self::Call(error)
    }
}

impl fmt::Display for ReflectionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Call(error) => write!(f, "the server could not be asked for its IDL: {error}"),
            Self::Answer(problem) => {
                write!(f, "the server's answer about its IDL is wrong: {problem}")
            }
        }
    }
}

impl std::error::Error for ReflectionError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Call(error) => Some(error),
            Self::Answer(_) => None,
        }
    }
}

impl Provider {
    /// Asks a server for the IDL of all its services but reflection's own: by `grpc.reflection.v1`, or by
    /// `v1alpha` if it does not know that. The provider holds what the server has told: to see what it serves
    /// later, ask again.
    ///
    /// The answers may have 16 MiB together, and 10,000 files.
    ///
    /// # Errors
    /// The server cannot be reached, has no reflection, or tells more than that.
    pub async fn from_server(channel: &Channel) -> Result<Self, ReflectionError> {
        let first = v1::ServerReflectionClient::new(channel.clone());
        let told = match Asking::all(first.server_reflection_info()).await {
            // The server has answered, perhaps that it does not know `v1`. If the call broke off, one by
            // `v1alpha` would break off, too.
            Err(ReflectionError::Call(error)) if error.is_remote() => {
                let second = v1alpha::ServerReflectionClient::new(channel.clone());
                let told = Asking::all(second.server_reflection_info()).await;
                told.map_err(|_| ReflectionError::Call(error))?
            }
            told => told?,
        };
        let descriptors = told.values().map(Vec::as_slice);
        Ok(Self::descriptor_set_bytes(set_of(descriptors)))
    }
}

/// Questions on one stream, and what they have brought.
struct Asking {
    stream: BidiStreamingClient<ServerReflectionRequest, ServerReflectionResponse>,
    /// The descriptors by their files.
    files: BTreeMap<String, Vec<u8>>,
    /// Files that are imported, and are to be asked for.
    wanted: Vec<String>,
    /// All files that were ever imported: an answer costs a server little, and each name a question.
    imported: BTreeSet<String>,
    bytes: usize,
}

impl Asking {
    async fn all(
        call: BidiStreamingCall<ServerReflectionRequest, ServerReflectionResponse>,
    ) -> Result<BTreeMap<String, Vec<u8>>, ReflectionError> {
        let mut asking = Self {
            stream: call.await?,
            files: BTreeMap::new(),
            wanted: Vec::new(),
            imported: BTreeSet::new(),
            bytes: 0,
        };
        for service in asking.services().await? {
            if !service.starts_with(OWN_PACKAGE) {
                asking
                    .fetch(MessageRequest::FileContainingSymbol(service))
                    .await?;
            }
        }
        while let Some(name) = asking.wanted.pop() {
            if !asking.files.contains_key(&name) {
                asking.fetch(MessageRequest::FileByFilename(name)).await?;
            }
        }
        asking.stream.close_send().await?;
        Ok(asking.files)
    }

    async fn services(&mut self) -> Result<Vec<String>, ReflectionError> {
        match self
            .ask(MessageRequest::ListServices(String::new()))
            .await?
        {
            MessageResponse::ListServicesResponse(found) if found.service.len() <= MAX_SERVICES => {
                Ok(found.service.into_iter().map(|one| one.name).collect())
            }
            MessageResponse::ListServicesResponse(_) => {
                let problem = format!("it lists more than {MAX_SERVICES} services");
                Err(ReflectionError::Answer(problem))
            }
            other => Err(unexpected(&other)),
        }
    }

    /// Asks for files, and keeps them. A server may send what they import, too.
    async fn fetch(&mut self, question: MessageRequest) -> Result<(), ReflectionError> {
        let MessageResponse::FileDescriptorResponse(found) = self.ask(question.clone()).await?
        else {
            let problem = format!("it has no descriptor for {question:?}");
            return Err(ReflectionError::Answer(problem));
        };
        for descriptor in found.file_descriptor_proto {
            self.bytes += descriptor.len();
            if self.bytes as u64 > MAX_FILE_BYTES || self.files.len() >= MAX_FILES {
                return Err(too_much());
            }
            let file = File::read(&descriptor).map_err(ReflectionError::Answer)?;
            for name in file.dependencies {
                if self.imported.insert(name.clone()) {
                    self.wanted.push(name);
                }
            }
            if self.imported.len() > MAX_FILES {
                return Err(too_much());
            }
            self.files
                .entry(file.name)
                .or_insert_with(|| descriptor.to_vec());
        }
        Ok(())
    }

    async fn ask(&mut self, question: MessageRequest) -> Result<MessageResponse, ReflectionError> {
        let request = ServerReflectionRequest {
            host: String::new(),
            message_request: Some(question),
        };
        self.stream.send(request).await?;
        let answer = self.stream.recv().await?;
        let answer = answer.and_then(|answer| answer.message_response);
        answer.ok_or_else(|| {
            let text = "the server has ended the stream, or given no answer";
            Error::new(ErrorKind::Protocol, 0, text).into()
        })
    }
}

fn too_much() -> ReflectionError {
    let problem = format!("it has more than {MAX_FILE_BYTES} bytes or {MAX_FILES} files");
    ReflectionError::Answer(problem)
}

fn unexpected(answer: &MessageResponse) -> ReflectionError {
    ReflectionError::Answer(match answer {
        MessageResponse::ErrorResponse(error) => error.error_message.clone(),
        other => format!("it is another one than was asked for: {other:?}"),
    })
}

//! The plugin's end.

use std::collections::BTreeSet;
use std::sync::Arc;

use futures_util::StreamExt;

use super::index::Index;
use super::{Reflection, ReflectionAlpha, ReflectionAlphaServer, ReflectionServer};
use crate::contract::{Code, ServiceSpec, Status, described_files};
use crate::quote::quote;
use crate::rpc::{Router, RouterError, Streaming};
use crate::services::grpc_reflection::server_reflection_request::MessageRequest;
use crate::services::grpc_reflection::server_reflection_response::MessageResponse;
use crate::services::grpc_reflection::{
    ErrorResponse, ExtensionNumberResponse, FileDescriptorResponse, ListServiceResponse,
    ServerReflectionRequest, ServerReflectionResponse, ServiceResponse,
};

/// Adds the service that describes those of the router, and itself.
pub(crate) fn with_reflection(router: Router) -> Result<Router, RouterError> {
    let own = [ReflectionServer::<Answers>::SPEC, ReflectionAlphaServer::<Answers>::SPEC];
    let specs: Vec<_> = router.specs().chain(own).collect();
    let answers = Arc::new(Answers::new(&specs));
    router
        .own_service(ReflectionServer::from_arc(Arc::clone(&answers)))?
        .own_service(ReflectionAlphaServer::from_arc(answers))
}

/// What is served, and the files that describe it.
#[derive(Debug)]
pub(super) struct Answers {
    services: Vec<&'static str>,
    index: Arc<Index>,
}

impl Answers {
    pub(super) fn new(specs: &[&'static ServiceSpec]) -> Self {
        let mut services: Vec<_> = specs.iter().map(|spec| spec.name).collect();
        services.sort_unstable();
        // The user's files come first: what stands in them is what the user's messages mean.
        let (files, errors) = described_files(specs, &[OWN_SERVICES]);
        for error in errors {
            tracing::warn!(%error, "reflection says less of a service than there is to say");
        }
        Self { services, index: Arc::new(Index::new(files)) }
    }

    /// Answers each question of a stream.
    fn answer_all(
        &self,
        requests: Streaming<ServerReflectionRequest>,
    ) -> Streaming<ServerReflectionResponse> {
        let (services, index) = (self.services.clone(), Arc::clone(&self.index));
        let mut asker = Asker { services, index, sent: BTreeSet::new() };
        Streaming::new(requests.map(move |request| request.map(|request| asker.answer(request))))
    }
}

impl Reflection for Answers {
    async fn server_reflection_info(
        &self,
        requests: Streaming<ServerReflectionRequest>,
    ) -> Result<Streaming<ServerReflectionResponse>, Status> {
        Ok(self.answer_all(requests))
    }
}

impl ReflectionAlpha for Answers {
    async fn server_reflection_info(
        &self,
        requests: Streaming<ServerReflectionRequest>,
    ) -> Result<Streaming<ServerReflectionResponse>, Status> {
        Ok(self.answer_all(requests))
    }
}

/// One stream of questions.
struct Asker {
    services: Vec<&'static str>,
    index: Arc<Index>,
    /// The files that went over the stream.
    sent: BTreeSet<usize>,
}

impl Asker {
    fn answer(&mut self, request: ServerReflectionRequest) -> ServerReflectionResponse {
        let answer = match &request.message_request {
            Some(question) => self.answer_to(question),
            None => Err((Code::InvalidArgument, "nothing is asked for".to_owned())),
        };
        let answer = answer.unwrap_or_else(|(code, error_message)| {
            MessageResponse::ErrorResponse(ErrorResponse { error_code: code.number(), error_message })
        });
        ServerReflectionResponse {
            valid_host: request.host.clone(),
            original_request: Some(request),
            message_response: Some(answer),
        }
    }

    fn answer_to(&mut self, question: &MessageRequest) -> Result<MessageResponse, (Code, String)> {
        let unknown = |what: &str, name: &str| {
            (Code::NotFound, format!("there is no {what} {}; ask for the services", quote(name)))
        };
        let (place, otherwise) = match question {
            MessageRequest::ListServices(_) => return Ok(self.list()),
            MessageRequest::AllExtensionNumbersOfType(name) => {
                let numbers = self.index.extensions(name);
                let is_known = !numbers.is_empty() || self.index.symbol(name).is_some();
                return is_known
                    .then(|| extension_numbers(name, numbers))
                    .ok_or_else(|| unknown("message", name));
            }
            MessageRequest::FileByFilename(path) => (self.index.path(path), unknown("file", path)),
            MessageRequest::FileContainingSymbol(name) => (self.index.symbol(name), unknown("symbol", name)),
            MessageRequest::FileContainingExtension(asked) => {
                let number = asked.extension_number;
                let what = format!("extension {number} of");
                let place = self.index.extension(&asked.containing_type, number);
                (place, unknown(&what, &asked.containing_type))
            }
        };
        let file_descriptor_proto = self.index.with_imports(place.ok_or(otherwise)?, &mut self.sent);
        Ok(MessageResponse::FileDescriptorResponse(FileDescriptorResponse { file_descriptor_proto }))
    }

    fn list(&self) -> MessageResponse {
        let service = self.services.iter().map(|name| ServiceResponse { name: (*name).to_owned() }).collect();
        MessageResponse::ListServicesResponse(ListServiceResponse { service })
    }
}

fn extension_numbers(name: &str, extension_number: Vec<i32>) -> MessageResponse {
    let base_type_name = name.to_owned();
    MessageResponse::AllExtensionNumbersResponse(ExtensionNumberResponse { base_type_name, extension_number })
}

/// The services that every plugin offers unasked, as the texts in `proto/` describe them.
const OWN_SERVICES: &[u8] = include_bytes!("../generated/services.binpb");

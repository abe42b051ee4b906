//! The questions for what a plugin has.

use std::collections::BTreeSet;

use futures_util::stream;
use tokio::sync::mpsc;

use super::DescribeError;
use super::files::Files;
use crate::contract::{Code, Status};
use crate::limits::{DESCRIBE_TIMEOUT, DESCRIBED_FILES_MAX, DESCRIBED_SERVICES_MAX, UNTYPED_PATH_BYTES_MAX};
use crate::quote::quote;
use crate::rpc::{Channel, Streaming};
use crate::services::grpc_reflection::server_reflection_request::MessageRequest;
use crate::services::grpc_reflection::server_reflection_response::MessageResponse;
use crate::services::grpc_reflection::{ServerReflectionRequest, ServerReflectionResponse};
use crate::services::reflection::{Reflection as _, ReflectionAlpha as _};
use crate::services::reflection::{ReflectionAlphaClient, ReflectionClient};

/// What a plugin says of itself.
#[derive(Debug, Default)]
pub(super) struct Said {
    /// In ascending order.
    pub(super) services: BTreeSet<String>,
    pub(super) files: Files,
}

/// Asks for everything.
pub(super) async fn ask(channel: &Channel) -> Result<Said, DescribeError> {
    let asked = tokio::time::timeout(DESCRIBE_TIMEOUT, Box::pin(ask_all(channel))).await;
    asked.unwrap_or(Err(DescribeError::TimedOut { limit: DESCRIBE_TIMEOUT }))
}

async fn ask_all(channel: &Channel) -> Result<Said, DescribeError> {
    let (mut conversation, services) = begin(channel).await?;
    let mut said = Said { services, files: Files::default() };
    for service in &said.services {
        if said.files.path_of(service).is_none() {
            conversation.add(MessageRequest::FileContainingSymbol(service.clone()), &mut said.files).await?;
        }
    }
    // As a rule imports come with the file. What was asked for once and is not there stays away.
    let mut asked = BTreeSet::new();
    loop {
        let missing: Vec<_> =
            said.files.missing().into_iter().filter(|path| asked.insert(path.clone())).collect();
        if missing.is_empty() {
            return Ok(said);
        }
        if asked.len() > DESCRIBED_FILES_MAX {
            return Err(DescribeError::TooMuch { what: "files", limit: DESCRIBED_FILES_MAX });
        }
        for path in missing {
            conversation.add(MessageRequest::FileByFilename(path), &mut said.files).await?;
        }
    }
}

/// Asks for the services, under the name that reflection has, or the one that it had.
async fn begin(channel: &Channel) -> Result<(Conversation, BTreeSet<String>), DescribeError> {
    for is_alpha in [false, true] {
        let mut conversation = match Conversation::open(channel, is_alpha).await {
            Ok(conversation) => conversation,
            Err(status) if status.code() == Code::Unimplemented => continue,
            Err(source) => return Err(DescribeError::Failed { source }),
        };
        match conversation.ask(MessageRequest::ListServices(String::new())).await {
            Ok(MessageResponse::ListServicesResponse(list)) => {
                let names = list.service.into_iter().map(|service| service.name);
                return Ok((conversation, checked(names)?));
            }
            Ok(other) => return Err(bad("the services", &other)),
            Err(DescribeError::Failed { source }) if source.code() == Code::Unimplemented => {}
            Err(error) => return Err(error),
        }
    }
    Err(DescribeError::NotOffered)
}

/// The names of services, each once.
pub(super) fn checked(names: impl Iterator<Item = String>) -> Result<BTreeSet<String>, DescribeError> {
    let mut services = BTreeSet::new();
    for name in names {
        let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_graphic());
        if !is_name || name.contains('/') || name.len() > UNTYPED_PATH_BYTES_MAX / 2 {
            let found = format!("{}, which is no name of a service", quote(&name));
            return Err(DescribeError::BadAnswer { question: "the services".to_owned(), found });
        }
        services.insert(name);
        if services.len() > DESCRIBED_SERVICES_MAX {
            return Err(DescribeError::TooMuch { what: "services", limit: DESCRIBED_SERVICES_MAX });
        }
    }
    Ok(services)
}

fn bad(question: &str, answer: &MessageResponse) -> DescribeError {
    let found = match answer {
        MessageResponse::FileDescriptorResponse(_) => "files".to_owned(),
        MessageResponse::AllExtensionNumbersResponse(_) => "numbers of extensions".to_owned(),
        MessageResponse::ListServicesResponse(_) => "services".to_owned(),
        MessageResponse::ErrorResponse(error) => {
            format!("the error {} {}", Code::from_number(error.error_code), quote(&error.error_message))
        }
    };
    DescribeError::BadAnswer { question: question.to_owned(), found }
}

/// One stream of questions.
struct Conversation {
    questions: mpsc::Sender<ServerReflectionRequest>,
    answers: Streaming<ServerReflectionResponse>,
}

impl Conversation {
    async fn open(channel: &Channel, is_alpha: bool) -> Result<Self, Status> {
        let (questions, asked) = mpsc::channel(1);
        let asked = stream::unfold(asked, async |mut asked: mpsc::Receiver<_>| {
            Some((Ok(asked.recv().await?), asked))
        });
        let (asked, channel) = (Streaming::new(asked), channel.clone());
        let answers = match is_alpha {
            false => ReflectionClient::new(channel).server_reflection_info(asked).await?,
            true => ReflectionAlphaClient::new(channel).server_reflection_info(asked).await?,
        };
        Ok(Self { questions, answers })
    }

    async fn ask(&mut self, question: MessageRequest) -> Result<MessageResponse, DescribeError> {
        let request = ServerReflectionRequest { host: String::new(), message_request: Some(question) };
        // Where nobody takes it any more, the answers say why.
        drop(self.questions.send(request).await);
        match self.answers.message().await {
            Ok(Some(answer)) => answer.message_response.ok_or_else(|| DescribeError::BadAnswer {
                question: "what it has".to_owned(),
                found: "nothing".to_owned(),
            }),
            Ok(None) => Err(DescribeError::Ended),
            Err(source) => Err(DescribeError::Failed { source }),
        }
    }

    /// Adds the files of an answer. An error of the plugin is none: the service is one of which nothing is known.
    async fn add(&mut self, question: MessageRequest, files: &mut Files) -> Result<(), DescribeError> {
        let name = match &question {
            MessageRequest::FileByFilename(name) | MessageRequest::FileContainingSymbol(name) => quote(name),
            _ => String::new(),
        };
        match self.ask(question).await? {
            MessageResponse::FileDescriptorResponse(found) => {
                found.file_descriptor_proto.into_iter().try_for_each(|file| files.add(file, &name))
            }
            MessageResponse::ErrorResponse(error) => {
                let (code, message) = (Code::from_number(error.error_code), quote(&error.error_message));
                tracing::debug!(%name, %code, %message, "the plugin does not describe what it was asked for");
                Ok(())
            }
            other => Err(bad(&name, &other)),
        }
    }
}

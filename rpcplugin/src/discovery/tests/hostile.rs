//! Answers that no honest plugin gives.

use std::collections::HashMap;
use std::sync::Arc;

use prost::Message as _;

use super::*;
use crate::limits::{
    DESCRIBED_BYTES_MAX, DESCRIBED_FILE_BYTES_MAX, DESCRIBED_SERVICES_MAX, DESCRIBED_TEXT_BYTES_MAX,
};
use crate::message::descriptor::{
    DescriptorProto, FieldDescriptorProto, FileDescriptorProto, MessageOptions, MethodDescriptorProto,
    ServiceDescriptorProto, SourceCodeInfo,
};
use crate::services::grpc_reflection::server_reflection_request::MessageRequest;
use crate::services::grpc_reflection::server_reflection_response::MessageResponse;
use crate::services::grpc_reflection::{
    ErrorResponse, FileDescriptorResponse, ListServiceResponse, ServerReflectionRequest,
    ServerReflectionResponse, ServiceResponse,
};
use crate::services::reflection::{Reflection, ReflectionAlpha, ReflectionAlphaServer, ReflectionServer};

/// Says what it was told to say.
#[derive(Clone, Default)]
pub(super) struct Liar {
    pub(super) services: Vec<String>,
    /// By the symbol or the path that is asked for.
    pub(super) files: HashMap<String, Vec<Vec<u8>>>,
    /// In the place of every answer.
    pub(super) answer: Option<MessageResponse>,
}

impl Liar {
    /// Of files whose services are listed.
    pub(super) fn of(files: &[FileDescriptorProto]) -> Self {
        let mut liar = Self::default();
        for file in files {
            let bytes = vec![file.encode_to_vec()];
            for service in &file.service {
                let full = format!("{}.{}", file.package(), service.name());
                liar.services.push(full.clone());
                liar.files.insert(full, bytes.clone());
            }
            liar.files.insert(file.name().to_owned(), bytes);
        }
        liar
    }

    fn answer(&self, request: &ServerReflectionRequest) -> ServerReflectionResponse {
        let found = |name: &String| match self.files.get(name) {
            Some(files) => MessageResponse::FileDescriptorResponse(FileDescriptorResponse {
                file_descriptor_proto: files.clone(),
            }),
            None => MessageResponse::ErrorResponse(ErrorResponse {
                error_code: 5,
                error_message: "\u{1b}[2J".into(),
            }),
        };
        let answer = match (&self.answer, request.message_request.as_ref().unwrap()) {
            (Some(answer), _) => answer.clone(),
            (None, MessageRequest::ListServices(_)) => {
                let service = self.services.iter().map(|name| ServiceResponse { name: name.clone() });
                MessageResponse::ListServicesResponse(ListServiceResponse { service: service.collect() })
            }
            (None, MessageRequest::FileByFilename(name) | MessageRequest::FileContainingSymbol(name)) => {
                found(name)
            }
            (None, other) => panic!("nobody asks for {other:?}"),
        };
        ServerReflectionResponse { message_response: Some(answer), ..ServerReflectionResponse::default() }
    }

    pub(super) fn channel(self) -> Channel {
        Channel::local(Router::new().service(ReflectionServer::new(self)).unwrap())
    }
}

impl Reflection for Liar {
    async fn server_reflection_info(
        &self,
        requests: Streaming<ServerReflectionRequest>,
    ) -> Result<Streaming<ServerReflectionResponse>, Status> {
        let liar = Arc::new(self.clone());
        Ok(Streaming::new(requests.map(move |request| request.map(|request| liar.answer(&request)))))
    }
}

impl ReflectionAlpha for Liar {
    async fn server_reflection_info(
        &self,
        requests: Streaming<ServerReflectionRequest>,
    ) -> Result<Streaming<ServerReflectionResponse>, Status> {
        Reflection::server_reflection_info(self, requests).await
    }
}

/// A file with one service of one method.
pub(super) fn file(path: &str, imports: &[&str], request: &str) -> FileDescriptorProto {
    let method = MethodDescriptorProto {
        name: Some("Get".to_owned()),
        input_type: Some(request.to_owned()),
        output_type: Some(request.to_owned()),
        ..MethodDescriptorProto::default()
    };
    FileDescriptorProto {
        name: Some(path.to_owned()),
        package: Some(path.trim_end_matches(".proto").to_owned()),
        dependency: imports.iter().map(|path| (*path).to_owned()).collect(),
        service: vec![ServiceDescriptorProto { name: Some("Kv".to_owned()), method: vec![method] }],
        syntax: Some("proto3".to_owned()),
        ..FileDescriptorProto::default()
    }
}

fn message(name: &str) -> DescriptorProto {
    DescriptorProto { name: Some(name.to_owned()), ..DescriptorProto::default() }
}

#[tokio::test]
async fn a_plugin_that_has_reflection_under_its_older_name_alone_is_asked_under_that() {
    let liar = ReflectionAlphaServer::new(Liar::of(&[file("a.proto", &[], ".a.Key")]));
    let channel = Channel::local(Router::new().service(liar).unwrap());
    assert!(channel.describe().await.unwrap().method("a.Kv/Get").is_some());
}

#[tokio::test]
async fn imports_that_go_in_circles_are_asked_for_once_each() {
    let mut itself = file("a.proto", &["b.proto", "a.proto"], ".a.Key");
    itself.message_type = vec![message("Key")];
    let mut other = file("b.proto", &["a.proto", "gone.proto"], ".a.Key");
    other.service.clear();
    let description = Liar::of(&[itself, other]).channel().describe().await.unwrap();
    assert_eq!(description.files().collect::<Vec<_>>(), ["a.proto", "b.proto"]);
    assert!(description.method("a.Kv/Get").is_some());
    assert!(!description.descriptor_set().is_empty());
}

#[tokio::test]
async fn a_service_that_is_named_and_not_described_has_no_methods() {
    let liar = Liar { services: vec!["a.Kv".to_owned(), "a.Kv".to_owned()], ..Liar::default() };
    let description = liar.channel().describe().await.unwrap();
    let [service] = description.services() else { panic!("{description:?}") };
    assert_eq!((service.methods.len(), service.file.as_deref()), (0, None));
    // A file for it that has another service.
    let mut liar = Liar { services: vec!["a.Kv".to_owned()], ..Liar::default() };
    liar.files.insert("a.Kv".to_owned(), vec![file("b.proto", &[], "").encode_to_vec()]);
    let description = liar.channel().describe().await.unwrap();
    assert_eq!(description.service("a.Kv").unwrap().file, None);
}

#[tokio::test]
async fn names_that_are_none_and_answers_that_are_none_are_refused() {
    let bad_names = ["", "a b", "\u{1b}[2J", "a/b", "\u{e4}", &"a".repeat(100_000)];
    for name in bad_names {
        let liar = Liar { services: vec![name.to_owned()], ..Liar::default() };
        let error = liar.channel().describe().await.unwrap_err();
        assert!(matches!(error, DescribeError::BadAnswer { .. }), "{error}");
        assert!(error.to_string().len() < 1000 && !error.to_string().contains('\u{1b}'));
    }
    let answers = [
        MessageResponse::FileDescriptorResponse(FileDescriptorResponse::default()),
        MessageResponse::ErrorResponse(ErrorResponse { error_code: 99, error_message: "\u{1b}".to_owned() }),
    ];
    for answer in answers {
        let liar = Liar { answer: Some(answer), ..Liar::default() };
        let error = liar.channel().describe().await.unwrap_err();
        assert!(matches!(error, DescribeError::BadAnswer { .. }), "{error}");
        assert!(!error.to_string().contains('\u{1b}'));
    }
    // The list for a question for a file.
    let list = ListServiceResponse { service: vec![ServiceResponse { name: "a.Kv".to_owned() }] };
    let liar = Liar { answer: Some(MessageResponse::ListServicesResponse(list)), ..Liar::default() };
    let error = liar.channel().describe().await.unwrap_err();
    assert!(error.to_string().contains("question for `a.Kv` with services"), "{error}");
    // Bytes that are no file.
    let mut liar = Liar { services: vec!["a.Kv".to_owned()], ..Liar::default() };
    liar.files.insert("a.Kv".to_owned(), vec![b"\xff\xff".to_vec()]);
    let error = liar.channel().describe().await.unwrap_err();
    assert!(matches!(error, DescribeError::BadAnswer { .. }), "{error}");
}

#[tokio::test]
async fn more_than_a_host_reads_is_refused() {
    let services = (0..=DESCRIBED_SERVICES_MAX).map(|number| format!("a.Kv{number}")).collect();
    let error = Liar { services, ..Liar::default() }.channel().describe().await.unwrap_err();
    assert!(matches!(error, DescribeError::TooMuch { what: "services", .. }), "{error}");

    let large = FileDescriptorProto {
        source_code_info: Some(SourceCodeInfo {
            location: vec![crate::message::descriptor::Location {
                leading_comments: Some("x".repeat(DESCRIBED_FILE_BYTES_MAX / 2)),
                ..Default::default()
            }],
        }),
        ..file("a.proto", &[], "")
    };
    let large = large.encode_to_vec();
    let services: Vec<_> = (0..8).map(|number| format!("a.Kv{number}")).collect();
    let mut liar = Liar { services: services.clone(), ..Liar::default() };
    liar.files = services.into_iter().map(|service| (service, vec![large.clone(); 3])).collect();
    let error = liar.channel().describe().await.unwrap_err();
    assert!(matches!(error, DescribeError::TooMuch { what: "bytes", .. }), "{error}");

    // All of it at once is not even read.
    let mut liar = Liar { services: vec!["a.Kv".to_owned()], ..Liar::default() };
    let count = DESCRIBED_BYTES_MAX / DESCRIBED_FILE_BYTES_MAX * 2;
    liar.files.insert("a.Kv".to_owned(), vec![large; count]);
    let error = liar.channel().describe().await.unwrap_err();
    let DescribeError::Failed { source } = &error else { panic!("{error}") };
    assert_eq!(source.code(), Code::ResourceExhausted, "{source}");

    // A chain of imports without an end.
    let mut liar = Liar { services: vec!["a.Kv".to_owned()], ..Liar::default() };
    for number in 0..3000 {
        let next = format!("{}.proto", number + 1);
        let mut link = file(&format!("{number}.proto"), &[&next], "");
        link.service.clear();
        let name = if number == 0 { "a.Kv".to_owned() } else { format!("{number}.proto") };
        liar.files.insert(name, vec![link.encode_to_vec()]);
    }
    let error = liar.channel().describe().await.unwrap_err();
    assert!(matches!(error, DescribeError::TooMuch { what: "files", .. }), "{error}");
}

#[tokio::test]
async fn an_end_without_an_answer_is_an_error() {
    struct Silent;
    impl Reflection for Silent {
        async fn server_reflection_info(
            &self,
            requests: Streaming<ServerReflectionRequest>,
        ) -> Result<Streaming<ServerReflectionResponse>, Status> {
            drop(requests);
            Ok(Streaming::empty())
        }
    }
    let channel = Channel::local(Router::new().service(ReflectionServer::new(Silent)).unwrap());
    let error = channel.describe().await.unwrap_err();
    assert!(matches!(error, DescribeError::Ended), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_plugin_that_never_answers_is_left() {
    struct Mute;
    impl Reflection for Mute {
        async fn server_reflection_info(
            &self,
            requests: Streaming<ServerReflectionRequest>,
        ) -> Result<Streaming<ServerReflectionResponse>, Status> {
            std::future::pending::<()>().await;
            drop(requests);
            Ok(Streaming::empty())
        }
    }
    let channel = Channel::local(Router::new().service(ReflectionServer::new(Mute)).unwrap());
    let error = channel.describe().await.unwrap_err();
    assert!(matches!(error, DescribeError::TimedOut { .. }), "{error}");
}

#[tokio::test]
async fn a_text_is_bounded_and_says_nothing_to_a_terminal() {
    // Deep, and many at the bottom: each line is indented by as much as all levels.
    let mut deep = message("Leaf\u{1b}[2J");
    let field = |number| FieldDescriptorProto { number: Some(number), ..FieldDescriptorProto::default() };
    deep.field = (0..4000).map(field).collect();
    deep = DescriptorProto { nested_type: vec![deep; 10], ..message("L") };
    for _ in 0..60 {
        deep = DescriptorProto { nested_type: vec![deep], ..message("L") };
    }
    let mut described = file("a.proto", &["\"; \u{1b}"], ".a.\u{202e}");
    described.message_type = vec![deep];
    described.service[0].method[0].name = Some("Bad\u{1b}Name".to_owned());
    let description = Liar::of(&[described]).channel().describe().await.unwrap();
    assert!(description.service("a.Kv").unwrap().methods.is_empty());
    let text = description.to_proto("a.proto").unwrap();
    assert!(text.len() <= DESCRIBED_TEXT_BYTES_MAX + 100, "{} bytes", text.len());
    assert!(text.ends_with("longer than a text of this kind may be.\n"));
    assert!(!text.contains(['\u{1b}', '\u{202e}']));
}

#[tokio::test]
async fn messages_that_say_that_they_are_opaque_are_believed_in_their_package_alone() {
    let opaque = |package: &str| {
        let options =
            MessageOptions { opaque_type: Some("Reading\u{1b}".to_owned()), ..MessageOptions::default() };
        let mut described = file("a.proto", &[], &format!(".{package}.M"));
        described.package = Some(package.to_owned());
        described.message_type = vec![DescriptorProto { options: Some(options), ..message("M") }];
        described
    };
    for (package, name, is_protobuf) in [
        ("rpcplugin.opaque.x", "Reading\\u{1b}", false),
        ("rpcplugin.opaquely", "rpcplugin.opaquely.M", true),
    ] {
        let description = Liar::of(&[opaque(package)]).channel().describe().await.unwrap();
        let method = description.method(&format!("{package}.Kv/Get")).unwrap();
        assert_eq!((method.request.name.as_str(), method.request.is_protobuf), (name, is_protobuf));
    }
}

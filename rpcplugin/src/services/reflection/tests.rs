//! What a plugin says of itself, question by question.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use futures_util::{StreamExt, stream};
use prost::Message as _;
use rpcplugin::{BinaryMessage, rpc_protocol};

use super::*;
use crate::contract::Code;
use crate::message::descriptor::{
    FieldDescriptorProto, FileDescriptorProto, FileDescriptorSet, MessageOptions,
};
use crate::message::{DecodeError, EncodeError};
use crate::rpc::{Channel, Router};
use crate::services::grpc_reflection::server_reflection_request::MessageRequest;
use crate::services::grpc_reflection::server_reflection_response::MessageResponse;
use crate::services::grpc_reflection::{ErrorResponse, ExtensionRequest};

/// A key.
#[derive(BinaryMessage, Debug)]
struct Key {
    #[binary(id = 1)]
    key: String,
}

#[derive(BinaryMessage, Debug)]
struct Reading {
    celsius: f32,
}

/// A message with bytes of its own.
#[derive(Debug)]
struct Odd;

impl crate::message::Message for Odd {
    fn encoded_len(&self) -> usize {
        0
    }

    fn encode(&self) -> Result<bytes::Bytes, EncodeError> {
        Ok(bytes::Bytes::new())
    }

    fn decode(_bytes: bytes::Bytes) -> Result<Self, DecodeError> {
        Ok(Self)
    }
}

/// Has messages of every make.
#[rpc_protocol(service = "test.v1.Mixed")]
trait Mixed {
    /// In protobuf.
    async fn tagged(&self, key: Key) -> Result<u32, Status>;
    async fn packed(&self, key: Key) -> Result<Streaming<Reading>, Status>;
    async fn odd(&self, odd: Streaming<Odd>) -> Result<(), Status>;
}

struct Mix;
impl Mixed for Mix {
    async fn tagged(&self, _key: Key) -> Result<u32, Status> {
        Ok(1)
    }

    async fn packed(&self, _key: Key) -> Result<Streaming<Reading>, Status> {
        Ok(Streaming::empty())
    }

    async fn odd(&self, _odd: Streaming<Odd>) -> Result<(), Status> {
        Ok(())
    }
}

/// Messages that are called as others of the package are.
mod other {
    use super::{BinaryMessage, Status, rpc_protocol};

    #[derive(BinaryMessage, Debug)]
    pub(super) struct Key {
        #[binary(id = 7)]
        number: u64,
    }

    #[rpc_protocol(service = "test.v1.Clash")]
    pub(super) trait Clash {
        async fn get(&self, key: Key) -> Result<(), Status>;
    }

    pub(super) struct Clashing;
    impl Clash for Clashing {
        async fn get(&self, _key: Key) -> Result<(), Status> {
            Ok(())
        }
    }
}

/// Asks one question after the other, on one stream.
async fn ask_all(router: Router, questions: Vec<MessageRequest>) -> Vec<MessageResponse> {
    let requests: Vec<_> = questions
        .into_iter()
        .map(|question| {
            let (host, message_request) = ("here".to_owned(), Some(question));
            ServerReflectionRequest { host, message_request }
        })
        .collect();
    let channel = Channel::local(with_reflection(router).unwrap());
    let expected = requests.clone();
    let answers = ReflectionClient::new(channel.clone())
        .server_reflection_info(Streaming::from_iter(requests.clone()))
        .await
        .unwrap();
    let answers: Vec<_> = answers.collect().await.unwrap();
    let alpha = ReflectionAlphaClient::new(channel);
    let alpha = alpha.server_reflection_info(Streaming::from_iter(requests)).await.unwrap();
    assert_eq!(alpha.collect::<Vec<_>>().await.unwrap(), answers, "the two names say the same");
    assert_eq!(answers.len(), expected.len());
    for (answer, question) in answers.iter().zip(&expected) {
        assert_eq!(answer.original_request.as_ref(), Some(question));
        assert_eq!(answer.valid_host, "here");
    }
    answers.into_iter().map(|answer| answer.message_response.unwrap()).collect()
}

async fn ask(router: Router, question: MessageRequest) -> MessageResponse {
    ask_all(router, vec![question]).await.remove(0)
}

fn files(answer: MessageResponse) -> Vec<FileDescriptorProto> {
    let MessageResponse::FileDescriptorResponse(files) = answer else { panic!("{answer:?}") };
    let decode = |bytes: &Vec<u8>| FileDescriptorProto::decode(bytes.as_slice()).unwrap();
    files.file_descriptor_proto.iter().map(decode).collect()
}

fn error(answer: MessageResponse) -> ErrorResponse {
    let MessageResponse::ErrorResponse(error) = answer else { panic!("{answer:?}") };
    error
}

fn symbol(name: &str) -> MessageRequest {
    MessageRequest::FileContainingSymbol(name.to_owned())
}

fn names(files: &[FileDescriptorProto]) -> Vec<&str> {
    files.iter().map(FileDescriptorProto::name).collect()
}

fn mixed() -> Router {
    Router::new().service(MixedServer::new(Mix)).unwrap()
}

#[tokio::test]
async fn the_services_are_listed_with_reflection_itself() {
    let answer = ask(mixed(), MessageRequest::ListServices(String::new())).await;
    let MessageResponse::ListServicesResponse(list) = answer else { panic!("{answer:?}") };
    let names: Vec<_> = list.service.into_iter().map(|service| service.name).collect();
    let expected =
        ["grpc.reflection.v1.ServerReflection", "grpc.reflection.v1alpha.ServerReflection", "test.v1.Mixed"];
    assert_eq!(names, expected);
}

#[tokio::test]
async fn a_file_comes_with_what_it_imports_and_a_message_that_is_none_of_protobuf_is_opaque() {
    let answer = ask(mixed(), symbol("test.v1.Mixed")).await;
    let files = files(answer);
    let expected = [
        "test/v1.proto",
        "google/protobuf/empty.proto",
        "google/protobuf/wrappers.proto",
        "rpcplugin/opaque/test/v1/Mixed.proto",
    ];
    assert_eq!(names(&files), expected);
    let methods = &files[0].service[0].method;
    let types = methods.iter().map(|method| (method.input_type.as_deref(), method.output_type.as_deref()));
    let expected = [
        (Some(".test.v1.Key"), Some(".google.protobuf.UInt32Value")),
        (Some(".test.v1.Key"), Some(".rpcplugin.opaque.test.v1.Mixed.PackedResponse")),
        (Some(".rpcplugin.opaque.test.v1.Mixed.OddRequest"), Some(".google.protobuf.Empty")),
    ];
    assert_eq!(types.collect::<Vec<_>>(), expected);
    let opaque = &files[3];
    assert_eq!(opaque.package.as_deref(), Some("rpcplugin.opaque.test.v1.Mixed"));
    let reading = MessageOptions {
        opaque_type: Some("Reading".to_owned()),
        opaque_layout: Some("{celsius:f32le}".to_owned()),
        map_entry: None,
    };
    assert_eq!(opaque.message_type[0].options, Some(reading));
    let comments = &opaque.source_code_info.as_ref().unwrap().location;
    let comments = comments.iter().map(|location| location.leading_comments.as_deref().unwrap());
    let expected = [
        " `Reading`: no message of protobuf, because it is packed. Its bytes: {celsius:f32le}\n",
        " no message of protobuf, because its type has a codec of its own.\n",
    ];
    assert_eq!(comments.collect::<Vec<_>>(), expected);
}

#[tokio::test]
async fn services_methods_messages_fields_and_paths_are_found() {
    let found = [
        ("test.v1.Mixed", "test/v1.proto"),
        ("test.v1.Mixed.Tagged", "test/v1.proto"),
        ("test.v1.Key", "test/v1.proto"),
        ("test.v1.Key.key", "test/v1.proto"),
        ("rpcplugin.opaque.test.v1.Mixed.OddRequest", "rpcplugin/opaque/test/v1/Mixed.proto"),
        ("google.protobuf.UInt32Value", "google/protobuf/wrappers.proto"),
        ("grpc.reflection.v1.ServerReflection", "grpc/reflection/v1/reflection.proto"),
        ("grpc.reflection.v1.ServerReflectionRequest.message_request", "grpc/reflection/v1/reflection.proto"),
        ("grpc.reflection.v1alpha.ExtensionRequest", "grpc/reflection/v1alpha/reflection.proto"),
    ];
    for (name, path) in found {
        assert_eq!(names(&files(ask(mixed(), symbol(name)).await))[0], path, "{name}");
        let by_path = ask(mixed(), MessageRequest::FileByFilename(path.to_owned())).await;
        assert_eq!(names(&files(by_path))[0], path);
    }
}

#[tokio::test]
async fn what_is_not_there_is_an_answer_and_the_stream_goes_on() {
    let extension = ExtensionRequest { containing_type: "test.v1.Key".to_owned(), extension_number: 3 };
    let questions = vec![
        symbol("test.v1.Mix"),
        symbol(".test.v1.Mixed"),
        symbol(""),
        symbol("\u{1b}[2J"),
        MessageRequest::FileByFilename("nothing.proto".to_owned()),
        MessageRequest::FileContainingExtension(extension),
        MessageRequest::AllExtensionNumbersOfType("test.v1.Nothing".to_owned()),
    ];
    for answer in ask_all(mixed(), questions).await {
        let error = error(answer);
        assert_eq!(error.error_code, Code::NotFound.number(), "{error:?}");
        assert!(!error.error_message.contains('\u{1b}'));
    }
    let unextended = ask(mixed(), MessageRequest::AllExtensionNumbersOfType("test.v1.Key".to_owned())).await;
    let MessageResponse::AllExtensionNumbersResponse(numbers) = unextended else { panic!("{unextended:?}") };
    assert_eq!(numbers.extension_number, [0; 0]);
}

#[tokio::test]
async fn a_question_for_nothing_is_refused() {
    let nothing = stream::iter([Ok(ServerReflectionRequest::default())]);
    let client = ReflectionClient::new(Channel::local(with_reflection(mixed()).unwrap()));
    let mut answers = client.server_reflection_info(Streaming::new(nothing)).await.unwrap();
    let answer = answers.next().await.unwrap().unwrap().message_response.unwrap();
    assert_eq!(error(answer).error_code, Code::InvalidArgument.number());
}

#[tokio::test]
async fn a_stream_is_sent_each_import_once_and_each_file_as_often_as_it_is_asked_for() {
    let questions = vec![symbol("test.v1.Mixed"), symbol("test.v1.Key"), symbol("google.protobuf.Empty")];
    let answers: Vec<_> = ask_all(mixed(), questions).await.into_iter().map(files).collect();
    let counts = answers.iter().map(Vec::len);
    assert_eq!(counts.collect::<Vec<_>>(), [4, 1, 1]);
    assert_eq!(names(&answers[2]), ["google/protobuf/empty.proto"]);
}

#[tokio::test]
async fn messages_of_one_name_are_opaque_and_nothing_else_is_lost() {
    let router = mixed().service(other::ClashServer::new(other::Clashing)).unwrap();
    let files = files(ask(router, symbol("test.v1.Clash.Get")).await);
    assert_eq!(files[0].service.len(), 2);
    assert!(files[0].message_type.is_empty());
    let input = files[0].service.iter().flat_map(|service| &service.method);
    let input: Vec<_> = input.map(|method| method.input_type.as_deref().unwrap()).collect();
    assert!(input.contains(&".rpcplugin.opaque.test.v1.Clash.GetRequest"), "{input:?}");
    let opaque = files.iter().find(|file| file.name() == "rpcplugin/opaque/test/v1/Clash.proto").unwrap();
    let options = opaque.message_type[0].options.clone().unwrap();
    assert_eq!((options.opaque_type.as_deref(), options.opaque_layout), (Some("Key"), None));
}

/// A file of somebody who has extensions, and one that says it is another.
fn extended() -> &'static [u8] {
    let extension = |name: &str, number| FieldDescriptorProto {
        name: Some(name.to_owned()),
        extendee: Some(".old.Thing".to_owned()),
        number: Some(number),
        ..FieldDescriptorProto::default()
    };
    let file = |name: &str, package: &str, extension| FileDescriptorProto {
        name: Some(name.to_owned()),
        package: Some(package.to_owned()),
        dependency: vec!["gone.proto".to_owned(), "b.proto".to_owned(), "a.proto".to_owned()],
        extension,
        ..FileDescriptorProto::default()
    };
    let mut a = file("a.proto", "old", vec![extension("one", 100), extension("two", 101)]);
    a.service = vec![crate::message::descriptor::ServiceDescriptorProto {
        name: Some("Extended".to_owned()),
        method: Vec::new(),
    }];
    let b = file("b.proto", "old.inner", vec![extension("three", 7)]);
    let file = [a, b].iter().map(|file| file.encode_to_vec()).collect();
    Box::leak(FileDescriptorSet { file }.encode_to_vec().into_boxed_slice())
}

#[tokio::test]
async fn extensions_are_found_and_neither_a_circle_nor_a_missing_import_is_a_hindrance() {
    struct Extended(&'static crate::contract::ServiceSpec);
    impl crate::rpc::Service for Extended {
        fn spec(&self) -> &'static crate::contract::ServiceSpec {
            self.0
        }

        fn call(&self, call: crate::call::Call) -> crate::call::ResponseFuture {
            Box::pin(std::future::ready(Ok(call.into_messages())))
        }
    }
    let spec = crate::contract::ServiceSpec::new("old.Extended", &[], "").descriptors(extended());
    let router = || Router::new().service(Extended(Box::leak(Box::new(spec)))).unwrap();
    let numbers = ask(router(), MessageRequest::AllExtensionNumbersOfType("old.Thing".to_owned())).await;
    let MessageResponse::AllExtensionNumbersResponse(numbers) = numbers else { panic!("{numbers:?}") };
    assert_eq!((numbers.base_type_name.as_str(), numbers.extension_number), ("old.Thing", vec![7, 100, 101]));
    for (extension_number, paths) in [(101, ["a.proto", "b.proto"]), (7, ["b.proto", "a.proto"])] {
        let asked = ExtensionRequest { containing_type: "old.Thing".to_owned(), extension_number };
        let found = files(ask(router(), MessageRequest::FileContainingExtension(asked)).await);
        assert_eq!(names(&found), paths);
    }
    assert_eq!(names(&files(ask(router(), symbol("old.inner.three")).await))[0], "b.proto");
}

#[tokio::test]
async fn descriptors_that_are_none_are_no_end() {
    #[rpc_protocol(service = "bad.Described", descriptors = NOT_DESCRIPTORS)]
    trait Described {
        async fn get(&self, key: Key) -> Result<(), Status>;
    }
    struct Handler;
    impl Described for Handler {
        async fn get(&self, _key: Key) -> Result<(), Status> {
            Ok(())
        }
    }
    const NOT_DESCRIPTORS: &[u8] = b"\xff\xff\xff";
    let router = Router::new().service(DescribedServer::new(Handler)).unwrap();
    assert_eq!(names(&files(ask(router, symbol("bad.Described.Get")).await))[0], "bad.proto");
}

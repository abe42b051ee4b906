//! JSON for messages that only their description knows.

use futures_util::stream;
use proptest::prelude::*;
use prost::Message as _;

use super::hostile::{Liar, file};
use super::*;
use crate::discovery::json::codec::Codec;
use crate::message::descriptor::{
    DescriptorProto, FieldDescriptorProto, FileDescriptorProto, FileDescriptorSet, MessageOptions,
};

const FULL: &str = r#"{"key":"a","counts":[1,-2],"totalCount":"7","notes":{"x":{"text":"y"}},"kept":true,"kind":"KIND_USUAL","limit":4}"#;

pub(super) fn same(one: &str, other: &str) {
    let value = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
    assert_eq!(value(one), value(other));
}

#[tokio::test]
async fn a_message_goes_there_and_back_as_json() {
    let description = channel().describe().await.unwrap();
    same(&description.call_json("test.v1.Keeper/Echo", FULL).await.unwrap(), FULL);
    // As the file calls it, a number for the text and the number of an enum.
    let other = r#" {"key":"a", "total_count": 7, "kind": 1, "limit": null} "#;
    let expected = r#"{"key":"a","totalCount":"7","kind":"KIND_USUAL"}"#;
    same(&description.call_json("test.v1.Keeper/Echo", other).await.unwrap(), expected);
}

#[tokio::test]
async fn methods_of_every_kind_are_called_with_json() {
    let description = channel().describe().await.unwrap();
    let requests =
        |keys: &'static [&'static str]| stream::iter(keys.iter().map(|key| format!(r#"{{"key":"{key}"}}"#)));
    let call = |name: &'static str, keys| {
        let description = &description;
        async move {
            let name = format!("test.v1.Keeper/{name}");
            description.stream_json(&name, requests(keys)).await.unwrap().collect::<Vec<_>>().await.unwrap()
        }
    };
    let (a, b) = (r#"{"key":"a"}"#, r#"{"key":"b"}"#);
    assert_eq!(call("Echo", &["a"]).await, [a]);
    assert_eq!(call("Repeat", &["b"]).await, [b, b]);
    assert_eq!(call("Count", &["a", "b"]).await, ["2"]);
    assert_eq!(call("Mirror", &["a", "b"]).await, [a, b]);
    for (found, keys) in [(0, &[][..]), (2, &["a", "b"][..])] {
        let error = description.stream_json("test.v1.Keeper/Repeat", requests(keys)).await.unwrap_err();
        assert!(matches!(error, JsonCallError::RequestCount { found: is, .. } if is == found), "{error}");
    }
}

#[tokio::test]
async fn a_bad_json_names_the_field_and_what_is_expected() {
    let description = channel().describe().await.unwrap();
    let cases = [
        (r#"{"counts":[1,"x"]}"#, "counts[1]", "expected a whole number of 32 bits"),
        (r#"{"notes":{"a":{"text":7}}}"#, "notes.a.text", "expected a string"),
        (r#"{"kept":"yes"}"#, "kept", "expected a bool"),
        (r#"{"kind":"KIND_ODD"}"#, "kind", "expected one of `KIND_UNSPECIFIED`, `KIND_USUAL`"),
        (r#"{"limit":-1}"#, "limit", "32 bits that is not negative"),
        (r#"{"notes":{"a":{"txt":""}}}"#, "notes.a", "name 'txt'; expected one of `text`"),
        (r#"{"nothing":1}"#, "", "expected one of `key`, `counts`"),
        (r#"{"key":"a"} x"#, "", "trailing characters"),
        (r#"{"key":"#, "key", "EOF"),
        ("[]", "", "invalid type: sequence"),
        ("", "", "EOF"),
    ];
    for (json, field, says) in cases {
        let error = description.call_json("test.v1.Keeper/Echo", json).await.unwrap_err();
        let JsonCallError::Request { source, .. } = &error else { panic!("{error}") };
        assert_eq!(source.field, field, "{json}: {error}");
        assert!(error.to_string().contains(says), "{json}: {error}");
        assert!(source.line > 0 && error.to_string().contains("at line 1 column"), "{error}");
    }
    let error = description.call_json("grpc.reflection.v1.ServerReflection/Nothing", "{}").await.unwrap_err();
    assert!(matches!(error, JsonCallError::UnknownMethod { .. }), "{error}");
    let error = description.call_json("test.v1.Keeper/Echo", "{\"\u{1b}[2J\":1}").await.unwrap_err();
    assert!(!error.to_string().contains('\u{1b}'), "{error}");
}

#[tokio::test]
async fn what_cannot_be_called_with_json_is_said_before_the_call() {
    let description = channel().describe().await.unwrap();
    let error = |method| {
        let description = &description;
        async move { description.call_json(method, "{}").await.unwrap_err() }
    };
    let unknown = error("test.v1.Keeper/Ekho").await;
    assert!(matches!(unknown, JsonCallError::UnknownMethod { .. }), "{unknown}");
    assert!(unknown.to_string().contains("it has `Echo`"), "{unknown}");
    let streams = error("test.v1.Keeper/Mirror").await;
    assert!(matches!(streams, JsonCallError::Streams { kind: MethodKind::StreamStream, .. }), "{streams}");
    let packed = error("test.v1.Keeper/Read").await;
    assert!(matches!(packed, JsonCallError::NotProtobuf { side: "response", .. }), "{packed}");
    let failed = error("test.v1.Keeper/Echo").await;
    assert!(matches!(&failed, JsonCallError::Call { source, .. } if source.code() == Code::NotFound));
}

#[tokio::test]
async fn a_bad_json_in_a_stream_ends_the_call_with_its_fault() {
    let description = channel().describe().await.unwrap();
    let requests = stream::iter([r#"{"key":"a"}"#.to_owned(), r#"{"key":1}"#.to_owned()]);
    let answers = description.stream_json("test.v1.Keeper/Mirror", requests).await.unwrap();
    let error = answers.collect::<Vec<_>>().await.unwrap_err();
    assert_eq!(error.code(), Code::InvalidArgument);
    assert!(error.message().contains("field `key`"), "{error}");
}

/// A plugin whose description is a lie, and whose method gives back what it is given.
pub(super) fn liar(files: &[FileDescriptorProto]) -> Channel {
    #[rpc_protocol(service = "a.Kv")]
    trait Anything {
        async fn get(&self, raw: Raw) -> Result<Raw, Status>;
    }

    /// Bytes as they are.
    struct Raw(Bytes);
    impl crate::message::Message for Raw {
        fn encoded_len(&self) -> usize {
            self.0.len()
        }

        fn encode(&self) -> Result<Bytes, crate::message::EncodeError> {
            Ok(self.0.clone())
        }

        fn decode(bytes: Bytes) -> Result<Self, crate::message::DecodeError> {
            Ok(Self(bytes))
        }
    }

    struct Echo;
    impl Anything for Echo {
        async fn get(&self, raw: Raw) -> Result<Raw, Status> {
            Ok(raw)
        }
    }
    let router = Router::new().service(AnythingServer::new(Echo)).unwrap();
    let liar = crate::services::reflection::ReflectionServer::new(Liar::of(files));
    Channel::local(router.service(liar).unwrap())
}

pub(super) fn field(name: &str, number: i32, ty: i32, of: Option<&str>) -> FieldDescriptorProto {
    FieldDescriptorProto {
        name: Some(name.to_owned()),
        number: Some(number),
        label: Some(1),
        r#type: Some(ty),
        type_name: of.map(str::to_owned),
        ..FieldDescriptorProto::default()
    }
}

pub(super) fn message(name: &str, field: Vec<FieldDescriptorProto>) -> DescriptorProto {
    DescriptorProto { name: Some(name.to_owned()), field, ..DescriptorProto::default() }
}

#[tokio::test]
async fn descriptions_that_cannot_be_are_an_error_and_never_a_panic() {
    let with = |messages: Vec<DescriptorProto>| FileDescriptorProto {
        message_type: messages,
        ..file("a.proto", &[], ".a.Key")
    };
    let entry = DescriptorProto {
        options: Some(MessageOptions { map_entry: Some(true), ..MessageOptions::default() }),
        ..message("MEntry", Vec::new())
    };
    let map = FieldDescriptorProto { label: Some(3), ..field("m", 1, 11, Some(".a.Key.MEntry")) };
    let files: Vec<(&str, Vec<FileDescriptorProto>)> = vec![
        ("no message of this name", vec![with(Vec::new())]),
        (
            "a type that is not there",
            vec![with(vec![message("Key", vec![field("x", 1, 11, Some(".a.Nope"))])])],
        ),
        (
            "two fields of one number",
            vec![with(vec![message("Key", vec![field("x", 1, 5, None), field("y", 1, 5, None)])])],
        ),
        ("a number that is none", vec![with(vec![message("Key", vec![field("x", -1, 5, None)])])]),
        ("a message as a scalar", vec![with(vec![message("Key", vec![field("x", 1, 11, None)])])]),
        ("a message twice", vec![with(vec![message("Key", Vec::new()), message("Key", Vec::new())])]),
        (
            "entries without a key",
            vec![with(vec![DescriptorProto { nested_type: vec![entry], ..message("Key", vec![map]) }])],
        ),
        (
            "an import that is not there",
            vec![FileDescriptorProto {
                message_type: vec![message("Key", Vec::new())],
                ..file("a.proto", &["gone.proto"], ".a.Key")
            }],
        ),
    ];
    for (what, files) in files {
        let description = liar(&files).describe().await.unwrap();
        let answer = description.call_json("a.Kv/Get", "{}").await;
        assert!(matches!(answer, Err(JsonCallError::Description { .. })), "{what}: {answer:?}");
    }
    // Imports in a circle contradict nobody who knows both files.
    let key = FileDescriptorProto {
        message_type: vec![message("Key", Vec::new())],
        ..file("a.proto", &["b.proto"], ".a.Key")
    };
    let back = FileDescriptorProto { service: Vec::new(), ..file("b.proto", &["a.proto"], "") };
    let description = liar(&[key, back]).describe().await.unwrap();
    assert_eq!(description.call_json("a.Kv/Get", "{}").await.unwrap(), "{}");
}

#[tokio::test]
async fn a_message_that_holds_itself_is_read_as_deep_as_it_may_be() {
    let node = message("Key", vec![field("next", 1, 11, Some(".a.Key"))]);
    let files = [FileDescriptorProto { message_type: vec![node], ..file("a.proto", &[], ".a.Key") }];
    let description = liar(&files).describe().await.unwrap();
    let nested = |levels: usize| format!("{}{{}}{}", r#"{"next":"#.repeat(levels), "}".repeat(levels));
    same(&description.call_json("a.Kv/Get", &nested(60)).await.unwrap(), &nested(60));
    let error = description.call_json("a.Kv/Get", &nested(80)).await.unwrap_err();
    assert!(matches!(&error, JsonCallError::Response { .. }), "{error}");
    assert!(error.to_string().contains("64 levels"), "{error}");
    // Deeper than the reader of the JSON goes.
    let error = description.call_json("a.Kv/Get", &nested(10_000)).await.unwrap_err();
    assert!(matches!(&error, JsonCallError::Request { .. }), "{error}");
}

#[tokio::test]
async fn messages_within_any_are_counted_as_they_will_be_written() {
    let any = message("Any", vec![field("type_url", 1, 9, None), field("value", 2, 12, None)]);
    let any = FileDescriptorProto {
        package: Some("google.protobuf".to_owned()),
        message_type: vec![any],
        service: Vec::new(),
        ..file("any.proto", &[], "")
    };
    let files = [any, file("a.proto", &["any.proto"], ".google.protobuf.Any")];
    let description = liar(&files).describe().await.unwrap();
    let [codec] = [description.method("a.Kv/Get").unwrap()];
    assert_eq!(codec.response.name, "google.protobuf.Any");
    let mut bytes = Vec::new();
    for _ in 0..20_000 {
        let mut outer = Vec::new();
        prost::encoding::string::encode(1, &"t/google.protobuf.Any".to_owned(), &mut outer);
        prost::encoding::bytes::encode(2, &bytes, &mut outer);
        bytes = outer;
    }
    let pool = prost_reflect::DescriptorPool::decode(description.descriptor_set().as_slice()).unwrap();
    let any = pool.get_message_by_name("google.protobuf.Any").unwrap();
    let codec = Codec::new(any);
    let error = codec.decode(Bytes::from(bytes)).unwrap_err();
    assert!(error.contains("64 levels"), "{error}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// The contract's own description with bytes of it changed, and any bytes as a message of it.
    #[test]
    fn no_description_and_no_message_panics(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
        response in prop::collection::vec(any::<u8>(), 0..64),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        runtime.block_on(async {
            let set = KeeperClient::SPEC.to_descriptor_set();
            // One of its messages is packed.
            assert!(set.is_err());
            let description = channel().describe().await.unwrap();
            let set = FileDescriptorSet::decode(description.descriptor_set().as_slice()).unwrap();
            let mut liar = Liar { services: vec!["test.v1.Keeper".to_owned()], ..Liar::default() };
            let mut files = set.file;
            let last = files.iter_mut().find(|file| file.windows(6).any(|word| word == b"Keeper")).unwrap();
            for (place, byte) in &changes {
                let at = place.index(last.len());
                last[at] = *byte;
            }
            liar.files.insert("test.v1.Keeper".to_owned(), files);
            let Ok(changed) = liar.channel().describe().await else { return };
            for path in changed.files() {
                drop(changed.to_proto(path));
                let Ok(pool) = changed.pools.get(&changed, path) else { continue };
                for message in pool.all_messages() {
                    drop(Codec::new(message).decode(Bytes::from(response.clone())));
                }
            }
            for service in changed.services() {
                for method in &service.methods {
                    drop(changed.call_json(&method.path, FULL).await);
                }
            }
        });
    }
}

#[tokio::test]
async fn what_protobufs_own_messages_are_in_json_is_said_in_words() {
    let of = |name: &str, ty| {
        let described = message(name, vec![field("value", 1, ty, None)]);
        let own = FileDescriptorProto {
            package: Some("google.protobuf".to_owned()),
            message_type: vec![described],
            service: Vec::new(),
            ..file("own.proto", &[], "")
        };
        [own, file("a.proto", &["own.proto"], &format!(".google.protobuf.{name}"))]
    };
    let cases = [
        ("UInt32Value", 13, "\"x\"", "expected a whole number of 32 bits that is not negative"),
        ("Timestamp", 3, "\"tomorrow\"", "expected a time such as \"2026-01-02T03:04:05Z\""),
        ("Duration", 3, "\"long\"", "expected a time in seconds such as \"1.5s\""),
    ];
    for (name, ty, json, says) in cases {
        let description = liar(&of(name, ty)).describe().await.unwrap();
        let error = description.call_json("a.Kv/Get", json).await.unwrap_err();
        assert!(error.to_string().contains(says), "{error}");
    }
}

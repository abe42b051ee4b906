//! A plugin that says what it has, and one that lies.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod hostile;
#[cfg(feature = "json")]
mod json;
#[cfg(feature = "json")]
mod types;
mod weight;

use std::collections::BTreeMap;

use bytes::Bytes;
use futures_util::StreamExt;
use rpcplugin::{BinaryMessage, rpc_protocol};

use super::*;
use crate::call::{MessageStream, Messages};
use crate::contract::{Code, MethodKind, Status};
use crate::rpc::{Channel, Router, Streaming};
use crate::services::reflection::with_reflection;

/// What is kept.
#[derive(BinaryMessage, Clone, Debug, PartialEq)]
struct Entry {
    /// Never empty.
    #[binary(id = 1)]
    key: String,
    #[binary(id = 2)]
    counts: Vec<i32>,
    #[binary(id = 3)]
    total_count: i64,
    #[binary(id = 4)]
    notes: BTreeMap<String, Note>,
    #[binary(oneof)]
    state: Option<State>,
    #[binary(id = 9)]
    kind: Kind,
    #[binary(id = 10)]
    limit: Option<u32>,
}

#[derive(BinaryMessage, Clone, Debug, PartialEq)]
struct Note {
    #[binary(id = 1)]
    text: String,
}

#[derive(BinaryMessage, Clone, Debug, PartialEq)]
#[binary(oneof)]
enum State {
    /// For good.
    #[binary(id = 5)]
    Kept(bool),
    #[binary(id = 6)]
    Note(Note),
}

#[derive(BinaryMessage, Clone, Copy, Debug, PartialEq)]
enum Kind {
    #[binary(id = 0)]
    Unspecified,
    /// Of those that are usual.
    #[binary(id = 1)]
    Usual,
}

#[derive(BinaryMessage, Clone, Debug, PartialEq)]
struct Reading {
    celsius: f32,
}

/// Keeps what it is given.
///
/// In memory.
#[rpc_protocol(service = "test.v1.Keeper")]
trait Keeper {
    /// Gives it back.
    #[rpc(idempotent)]
    async fn echo(&self, entry: Entry) -> Result<Entry, Status>;
    async fn repeat(&self, entry: Entry) -> Result<Streaming<Entry>, Status>;
    async fn count(&self, entries: Streaming<Entry>) -> Result<u32, Status>;
    async fn mirror(&self, entries: Streaming<Entry>) -> Result<Streaming<Entry>, Status>;
    async fn read(&self) -> Result<Reading, Status>;
}

struct Memory;

impl Keeper for Memory {
    async fn echo(&self, entry: Entry) -> Result<Entry, Status> {
        if entry.key.is_empty() { Err(Status::not_found("no key")) } else { Ok(entry) }
    }

    async fn repeat(&self, entry: Entry) -> Result<Streaming<Entry>, Status> {
        Ok(Streaming::from_iter([entry.clone(), entry]))
    }

    async fn count(&self, entries: Streaming<Entry>) -> Result<u32, Status> {
        let entries: Vec<_> = entries.collect().await?;
        Ok(u32::try_from(entries.len()).unwrap())
    }

    async fn mirror(&self, entries: Streaming<Entry>) -> Result<Streaming<Entry>, Status> {
        Ok(entries)
    }

    async fn read(&self) -> Result<Reading, Status> {
        Ok(Reading { celsius: 1.0 })
    }
}

fn channel() -> Channel {
    let router = Router::new().service(KeeperServer::new(Memory)).unwrap();
    Channel::local(with_reflection(router).unwrap())
}

#[tokio::test]
async fn a_plugin_is_described_with_its_services_methods_and_messages() {
    let description = channel().describe().await.unwrap();
    let names: Vec<_> = description.services().iter().map(|service| service.name.as_str()).collect();
    let expected =
        ["grpc.reflection.v1.ServerReflection", "grpc.reflection.v1alpha.ServerReflection", "test.v1.Keeper"];
    assert_eq!(names, expected);
    let own: Vec<_> = description.services().iter().map(|service| service.is_of_every_plugin).collect();
    assert_eq!(own, [true, true, false]);
    let keeper = description.service("test.v1.Keeper").unwrap();
    assert_eq!(keeper.documentation, "Keeps what it is given.\n\nIn memory.");
    let methods: Vec<_> = keeper.methods.iter().map(|method| (method.name.as_str(), method.kind)).collect();
    let expected = [
        ("Echo", MethodKind::UnaryUnary),
        ("Repeat", MethodKind::UnaryStream),
        ("Count", MethodKind::StreamUnary),
        ("Mirror", MethodKind::StreamStream),
        ("Read", MethodKind::UnaryUnary),
    ];
    assert_eq!(methods, expected);
    let echo = &keeper.methods[0];
    assert_eq!((echo.documentation.as_str(), echo.idempotent), ("Gives it back.", true));
    assert_eq!(echo.path, "/test.v1.Keeper/Echo");
    assert_eq!((echo.request.name.as_str(), echo.request.is_protobuf), ("test.v1.Entry", true));
    let read = &keeper.methods[4];
    assert!(!read.idempotent);
    let reading = MessageDescription {
        name: "Reading".to_owned(),
        is_protobuf: false,
        layout: Some("{celsius:f32le}".to_owned()),
    };
    assert_eq!(read.response, reading);
    assert_eq!(read.response.to_string(), "Reading {celsius:f32le}");
    for name in ["test.v1.Keeper/Echo", "/test.v1.Keeper/Echo", "test.v1.Keeper.Echo"] {
        assert_eq!(description.method(name), Some(echo));
    }
    for name in ["", "Echo", "test.v1.Keeper", "test.v1.Keeper/echo", "test.v1/Echo", "//"] {
        assert_eq!(description.method(name), None, "{name}");
    }
}

#[tokio::test]
async fn the_schema_is_a_text_that_says_what_the_contract_does() {
    let description = channel().describe().await.unwrap();
    let file = description.service("test.v1.Keeper").unwrap().file.clone().unwrap();
    let text = description.to_proto(&file).unwrap();
    let expected = r#"syntax = "proto3";

package test.v1;

import "google/protobuf/empty.proto";
import "google/protobuf/wrappers.proto";
import "rpcplugin/opaque/test/v1/Keeper.proto";

// Keeps what it is given.
//
// In memory.
service Keeper {
  // Gives it back.
  rpc Echo(Entry) returns (Entry) {
    option idempotency_level = IDEMPOTENT;
  }

  rpc Repeat(Entry) returns (stream Entry);

  rpc Count(stream Entry) returns (.google.protobuf.UInt32Value);

  rpc Mirror(stream Entry) returns (stream Entry);

  rpc Read(.google.protobuf.Empty) returns (.rpcplugin.opaque.test.v1.Keeper.ReadResponse);
}

// What is kept.
message Entry {
  // Never empty.
  string key = 1;
  repeated int32 counts = 2;
  int64 total_count = 3;
  map<string, Note> notes = 4;
  oneof state {
    // For good.
    bool kept = 5;
    Note note = 6;
  }
  Kind kind = 9;
  optional uint32 limit = 10;
}

message Note {
  string text = 1;
}

enum Kind {
  KIND_UNSPECIFIED = 0;
  // Of those that are usual.
  KIND_USUAL = 1;
}
"#;
    assert_eq!(text, expected);
    let opaque = description.to_proto("rpcplugin/opaque/test/v1/Keeper.proto").unwrap();
    assert!(opaque.contains("Its bytes: {celsius:f32le}\nmessage ReadResponse {\n}\n"), "{opaque}");
    assert_eq!(description.to_proto("nothing.proto"), None);
    assert!(description.files().any(|path| path == "google/protobuf/wrappers.proto"));
}

#[tokio::test]
async fn a_file_of_proto2_says_what_is_optional_and_what_it_imports_for_others() {
    use crate::message::descriptor::{DescriptorProto, FieldDescriptorProto, FileDescriptorProto};

    let field = |name: &str, label| FieldDescriptorProto {
        name: Some(name.to_owned()),
        number: Some(label),
        label: Some(label),
        r#type: Some(9),
        ..FieldDescriptorProto::default()
    };
    let message = DescriptorProto {
        name: Some("Key".to_owned()),
        field: vec![field("one", 1), field("two", 2), field("three", 3)],
        ..DescriptorProto::default()
    };
    let described = FileDescriptorProto {
        message_type: vec![message],
        public_dependency: vec![1],
        syntax: None,
        ..hostile::file("a.proto", &["b.proto", "c.proto"], ".a.Key")
    };
    let description = hostile::Liar::of(&[described]).channel().describe().await.unwrap();
    let text = description.to_proto("a.proto").unwrap();
    assert!(text.contains("import \"b.proto\";\nimport public \"c.proto\";\n"), "{text}");
    let fields = "  optional string one = 1;\n  required string two = 2;\n  repeated string three = 3;\n";
    assert!(text.starts_with("syntax = \"proto2\";") && text.contains(fields), "{text}");
}

fn entry(key: &str) -> Entry {
    let (counts, notes) = (vec![1, 2], BTreeMap::new());
    let (total_count, kind) = (3, Kind::Usual);
    Entry { key: key.to_owned(), counts, total_count, notes, state: None, kind, limit: None }
}

fn bytes(key: &str) -> Bytes {
    crate::message::Message::encode(&entry(key)).unwrap()
}

async fn all(answer: Messages) -> Vec<Bytes> {
    match answer {
        Messages::One(bytes) => vec![bytes],
        Messages::Many(messages) => messages.map(Result::unwrap).collect().await,
    }
}

fn many(keys: &'static [&'static str]) -> Messages {
    Messages::Many(MessageStream::new(futures_util::stream::iter(keys).map(|key| Ok(bytes(key)))))
}

#[tokio::test]
async fn methods_of_every_kind_are_called_with_bytes() {
    let channel = channel();
    let path = |name: &str| format!("/test.v1.Keeper/{name}");
    let call = |name, kind, requests| {
        let channel = &channel;
        async move { all(channel.call_bytes(&path(name), kind, requests).await.unwrap()).await }
    };
    let one = || Messages::One(bytes("a"));
    assert_eq!(call("Echo", MethodKind::UnaryUnary, one()).await, [bytes("a")]);
    assert_eq!(call("Repeat", MethodKind::UnaryStream, one()).await, [bytes("a"), bytes("a")]);
    assert_eq!(call("Count", MethodKind::StreamUnary, many(&["a", "b", "c"])).await, [&b"\x08\x03"[..]]);
    assert_eq!(call("Mirror", MethodKind::StreamStream, many(&["a", "b"])).await, [bytes("a"), bytes("b")]);
    let celsius = call("Read", MethodKind::UnaryUnary, Messages::One(Bytes::new())).await;
    assert_eq!(celsius, [&1.0_f32.to_le_bytes()[..]]);
    let refused = channel.call_bytes(&path("Echo"), MethodKind::UnaryUnary, many(&["a"])).await.unwrap_err();
    assert_eq!(refused.code(), Code::InvalidArgument);
    let failed = channel.call_bytes(&path("Echo"), MethodKind::UnaryUnary, Messages::One(Bytes::new())).await;
    assert_eq!(failed.unwrap_err().code(), Code::NotFound);
}

#[tokio::test]
async fn a_description_knows_the_kinds_of_its_methods_and_what_somebody_may_have_meant() {
    let description = channel().describe().await.unwrap();
    let answer = description.call_bytes("test.v1.Keeper/Repeat", Messages::One(bytes("a"))).await.unwrap();
    assert_eq!(all(answer).await.len(), 2);
    let unknown = description.call_bytes("test.v1.Keeper/Ekho", Messages::One(Bytes::new())).await;
    let unknown = unknown.unwrap_err();
    assert_eq!(unknown.code(), Code::Unimplemented);
    assert!(unknown.message().contains("it has `Echo`, `Repeat`"), "{unknown}");
    let unknown = description.call_bytes("Keeper/Echo", Messages::One(Bytes::new())).await.unwrap_err();
    assert!(unknown.message().ends_with("it has `test.v1.Keeper`"), "{unknown}");
}

#[tokio::test]
async fn a_plugin_without_reflection_is_told_how_to_have_it() {
    let router = Router::new().service(KeeperServer::new(Memory)).unwrap();
    let error = Channel::local(router).describe().await.unwrap_err();
    assert!(matches!(error, DescribeError::NotOffered), "{error}");
    assert!(error.to_string().contains("`PluginServer::reflection(true)`"), "{error}");
}

//! Types that are described so that whoever reads them would end its host.

use prost::encoding::{bytes as bytes_field, string};

use super::hostile::file;
use super::json::{field, liar, message, same};
use super::*;
use crate::discovery::json::codec::Codec;
use crate::limits::DESCRIBED_IMPORTS_MAX;
use crate::message::descriptor::{DescriptorProto, FieldDescriptorProto, FileDescriptorProto, NumberRange};

/// A file without a service that imports others, all of them publicly.
fn public(path: &str, imports: &[&str]) -> FileDescriptorProto {
    let public_dependency = (0..).zip(imports).map(|(place, _)| place).collect();
    FileDescriptorProto { service: Vec::new(), public_dependency, ..file(path, imports, "") }
}

/// A file with a service whose messages are called so.
fn of_key(imports: &[&str], request: &str) -> FileDescriptorProto {
    FileDescriptorProto {
        message_type: vec![message("Key", Vec::new())],
        ..file("a.proto", imports, request)
    }
}

#[tokio::test]
async fn public_imports_in_circles_are_followed_once() {
    let itself = FileDescriptorProto { public_dependency: vec![0], ..of_key(&["a.proto"], ".a.Key") };
    let mutual =
        [of_key(&["b.proto"], ".a.Key"), public("b.proto", &["c.proto"]), public("c.proto", &["b.proto"])];
    for files in [&[itself][..], &mutual] {
        let description = liar(files).describe().await.unwrap();
        assert_eq!(description.call_json("a.Kv/Get", "{}").await.unwrap(), "{}");
    }
}

#[tokio::test]
async fn public_imports_on_many_ways_are_followed_once() {
    const ROWS: usize = 60;
    let path = |side: &str, row: usize| format!("{side}{row}.proto");
    // All of them directly as well, the last rows first: who follows what was seen already goes 2^60 ways.
    let all: Vec<_> = (0..ROWS).rev().flat_map(|row| [path("l", row), path("r", row)]).collect();
    let mut files = vec![of_key(&all.iter().map(String::as_str).collect::<Vec<_>>(), ".a.Key")];
    for row in 0..ROWS {
        let next = if row + 1 == ROWS { Vec::new() } else { vec![path("l", row + 1), path("r", row + 1)] };
        let next: Vec<_> = next.iter().map(String::as_str).collect();
        files.extend(["l", "r"].map(|side| public(&path(side, row), &next)));
    }
    let description = liar(&files).describe().await.unwrap();
    let (sender, ended) = std::sync::mpsc::channel();
    std::thread::spawn(move || sender.send(description.pools.get(&description, "a.proto").is_ok()));
    assert_eq!(ended.recv_timeout(std::time::Duration::from_secs(60)), Ok(true));
}

#[tokio::test]
async fn what_is_imported_through_public_imports_is_seen() {
    let last = FileDescriptorProto {
        message_type: vec![message("Pair", vec![field("x", 1, 5, None)])],
        ..public("d.proto", &[])
    };
    let mut files = [
        of_key(&["b.proto"], ".d.Pair"),
        public("b.proto", &["c.proto"]),
        public("c.proto", &["d.proto"]),
        last,
    ];
    files[0].message_type[0].field = vec![field("pair", 1, 11, Some(".d.Pair"))];
    let description = liar(&files).describe().await.unwrap();
    same(&description.call_json("a.Kv/Get", r#"{"x":7}"#).await.unwrap(), r#"{"x":7}"#);
    // What is imported, but not publicly, is nobody else's.
    files[1].public_dependency.clear();
    let description = liar(&files).describe().await.unwrap();
    let error = description.call_json("a.Kv/Get", "{}").await.unwrap_err();
    assert!(matches!(error, JsonCallError::Description { .. }), "{error}");
}

/// An `Any` in an `Any`, and so on; each holds the next one in `around`.
fn nested(levels: usize, around: impl Fn(&[u8]) -> (&'static str, Vec<u8>)) -> Vec<u8> {
    let mut bytes = Vec::new();
    for _ in 0..levels {
        let (name, inner) = around(&bytes);
        bytes = Vec::new();
        string::encode(1, &format!("t/{name}"), &mut bytes);
        bytes_field::encode(2, &inner, &mut bytes);
    }
    bytes
}

/// A codec for `Any`, where that has these fields.
async fn any(fields: Vec<FieldDescriptorProto>, other: FileDescriptorProto) -> Codec {
    let described = FileDescriptorProto {
        package: Some("google.protobuf".to_owned()),
        message_type: vec![message("Any", fields)],
        service: Vec::new(),
        ..file("any.proto", &[], "")
    };
    let description = liar(&[other, described]).describe().await.unwrap();
    let pool = description.pools.get(&description, "a.proto").unwrap();
    Codec::new(pool.get_message_by_name("google.protobuf.Any").unwrap())
}

#[tokio::test]
async fn an_any_is_counted_however_it_is_described() {
    let codec = any(Vec::new(), file("a.proto", &["any.proto"], ".google.protobuf.Any")).await;
    let bytes = nested(20_000, |inner| ("google.protobuf.Any", inner.to_vec()));
    let error = codec.decode(Bytes::from(bytes)).unwrap_err();
    assert!(error.contains("64 levels"), "{error}");
}

#[tokio::test]
async fn an_any_that_holds_the_next_one_as_a_message_is_read_once_at_each_level() {
    let described = vec![field("type_url", 1, 9, None), field("value", 2, 11, Some(".google.protobuf.Any"))];
    let codec = any(described, file("a.proto", &["any.proto"], ".google.protobuf.Any")).await;
    let bytes = nested(40, |inner| ("google.protobuf.Any", inner.to_vec()));
    let (said, read) = std::sync::mpsc::channel();
    // By itself: what does not end could not be given up here.
    std::thread::spawn(move || said.send(codec.decode(Bytes::from(bytes)).map(drop)));
    // Whatever it says: were each level read twice, nobody would live to hear it.
    let _ = read.recv_timeout(std::time::Duration::from_secs(60)).expect("it ends");
}

#[tokio::test]
async fn messages_in_extensions_are_counted() {
    let fields = vec![field("type_url", 1, 9, None), field("value", 2, 12, None)];
    let base = DescriptorProto {
        extension_range: vec![NumberRange { start: Some(100), end: Some(200) }],
        ..message("Base", Vec::new())
    };
    let extension = FieldDescriptorProto {
        extendee: Some(".a.Base".to_owned()),
        ..field("held", 100, 11, Some(".google.protobuf.Any"))
    };
    let other = FileDescriptorProto {
        syntax: Some("proto2".to_owned()),
        message_type: vec![base],
        extension: vec![extension],
        ..file("a.proto", &["any.proto"], ".google.protobuf.Any")
    };
    let codec = any(fields, other).await;
    let bytes = nested(20_000, |inner| {
        let mut base = Vec::new();
        bytes_field::encode(100, &inner.to_vec(), &mut base);
        ("a.Base", base)
    });
    let error = codec.decode(Bytes::from(bytes)).unwrap_err();
    assert!(error.contains("64 levels"), "{error}");
}

#[tokio::test]
async fn a_default_that_is_long_is_refused() {
    let with = |default: String, is_extension: bool| {
        let held = FieldDescriptorProto { default_value: Some(default), ..field("held", 100, 9, None) };
        let mut key = message("Key", Vec::new());
        let mut described =
            FileDescriptorProto { syntax: Some("proto2".to_owned()), ..file("a.proto", &[], ".a.Key") };
        if is_extension {
            key.extension_range = vec![NumberRange { start: Some(100), end: Some(200) }];
            described.extension = vec![FieldDescriptorProto { extendee: Some(".a.Key".to_owned()), ..held }];
        } else {
            key.field = vec![held];
        }
        described.message_type = vec![key];
        described
    };
    for is_extension in [false, true] {
        let description = liar(&[with("x".repeat(1024), is_extension)]).describe().await.unwrap();
        assert_eq!(description.call_json("a.Kv/Get", "{}").await.unwrap(), "{}");
        let description = liar(&[with("x".repeat(1025), is_extension)]).describe().await.unwrap();
        let error = description.call_json("a.Kv/Get", "{}").await.unwrap_err();
        assert!(matches!(error, JsonCallError::Description { .. }), "{error}");
        assert!(error.to_string().contains("1025 bytes"), "{error}");
    }
}

#[tokio::test]
async fn more_imports_than_a_host_follows_are_refused() {
    // In a ring, each sees all others.
    let path = |number: usize| format!("p{}.proto", number % 200);
    let mut files: Vec<_> = (0..200).map(|number| public(&path(number), &[&path(number + 1)])).collect();
    files.push(of_key(&[&path(0)], ".a.Key"));
    let description = liar(&files).describe().await.unwrap();
    let error = description.call_json("a.Kv/Get", "{}").await.unwrap_err();
    assert!(matches!(error, JsonCallError::Description { .. }), "{error}");
    assert!(error.to_string().contains(&format!("more than {DESCRIBED_IMPORTS_MAX} imports")), "{error}");
}

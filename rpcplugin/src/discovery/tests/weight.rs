//! More than a host reads, and what is said once and would stand in many places.

use prost::Message as _;

use super::hostile::{Liar, file};
use super::*;
use crate::limits::{
    DESCRIBED_FIELDS_MAX, DESCRIBED_FILE_BYTES_MAX, DESCRIBED_LAYOUT_BYTES_MAX, DESCRIBED_METHODS_MAX,
    DESCRIBED_NAME_BYTES_MAX, DESCRIBED_THINGS_MAX,
};
use crate::message::descriptor::{
    DescriptorProto, EnumDescriptorProto, EnumValueDescriptorProto, FieldDescriptorProto,
    FileDescriptorProto, Location, MessageOptions, NumberRange, ServiceDescriptorProto, SourceCodeInfo,
};

async fn refused(file: FileDescriptorProto) -> (&'static str, usize) {
    match Liar::of(&[file]).channel().describe().await.map(drop).unwrap_err() {
        DescribeError::TooMuch { what, limit } => (what, limit),
        error => panic!("{error}"),
    }
}

fn of_messages(message_type: Vec<DescriptorProto>) -> FileDescriptorProto {
    FileDescriptorProto { message_type, ..file("a.proto", &[], ".a.Key") }
}

fn fields(count: usize) -> DescriptorProto {
    DescriptorProto { field: vec![FieldDescriptorProto::default(); count], ..DescriptorProto::default() }
}

#[tokio::test]
async fn more_things_than_a_host_reads_are_refused_whatever_they_are() {
    let in_a_message = ("fields in a message", DESCRIBED_FIELDS_MAX);
    assert!(Liar::of(&[of_messages(vec![fields(DESCRIBED_FIELDS_MAX)])]).channel().describe().await.is_ok());
    assert_eq!(refused(of_messages(vec![fields(DESCRIBED_FIELDS_MAX + 1)])).await, in_a_message);
    let ranges = vec![NumberRange::default(); DESCRIBED_FIELDS_MAX + 1];
    let ranges = DescriptorProto { extension_range: ranges, ..DescriptorProto::default() };
    assert_eq!(refused(of_messages(vec![ranges])).await, in_a_message);

    let many = ("messages, fields and other things", DESCRIBED_THINGS_MAX);
    assert_eq!(refused(of_messages(vec![fields(DESCRIBED_FIELDS_MAX); 16])).await, many);
    assert_eq!(refused(of_messages(vec![DescriptorProto::default(); DESCRIBED_THINGS_MAX])).await, many);
    let value = vec![EnumValueDescriptorProto::default(); DESCRIBED_THINGS_MAX];
    let choice = EnumDescriptorProto { value, ..EnumDescriptorProto::default() };
    assert_eq!(
        refused(FileDescriptorProto { enum_type: vec![choice], ..of_messages(Vec::new()) }).await,
        many
    );
    let dependency = vec![String::new(); DESCRIBED_THINGS_MAX];
    assert_eq!(refused(FileDescriptorProto { dependency, ..of_messages(Vec::new()) }).await, many);
    let comment = Location { leading_comments: Some("x".to_owned()), ..Location::default() };
    let comments = |location| FileDescriptorProto {
        source_code_info: Some(SourceCodeInfo { location }),
        ..of_messages(Vec::new())
    };
    assert_eq!(refused(comments(vec![comment; DESCRIBED_THINGS_MAX])).await, many);
    // Where something stands without a comment is nothing.
    let places = comments(vec![Location::default(); DESCRIBED_THINGS_MAX]);
    assert!(Liar::of(&[places]).channel().describe().await.is_ok());
}

#[tokio::test]
async fn more_methods_and_more_bytes_than_a_host_reads_are_refused() {
    let with = |count: usize| {
        let mut described = file("a.proto", &[], ".a.Key");
        let method = described.service[0].method[0].clone();
        let half = ServiceDescriptorProto { name: Some("Other".to_owned()), method: vec![method; count / 2] };
        described.service[0].method = half.method.clone();
        described.service.push(half);
        described
    };
    assert!(Liar::of(&[with(DESCRIBED_METHODS_MAX)]).channel().describe().await.is_ok());
    assert_eq!(refused(with(DESCRIBED_METHODS_MAX + 2)).await, ("methods", DESCRIBED_METHODS_MAX));

    let name = "x".repeat(DESCRIBED_NAME_BYTES_MAX);
    let long = DescriptorProto { name: Some(name), ..DescriptorProto::default() };
    assert_eq!(refused(of_messages(vec![long])).await, ("bytes in a name", DESCRIBED_NAME_BYTES_MAX));

    // A long name, and many things in it.
    let name = Some("x".repeat(DESCRIBED_NAME_BYTES_MAX - 10));
    let long = DescriptorProto { name, ..fields(DESCRIBED_FIELDS_MAX) };
    assert_eq!(refused(of_messages(vec![long; 5])).await.0, "bytes in all names");

    let large = FileDescriptorProto {
        syntax: Some("x".repeat(DESCRIBED_FILE_BYTES_MAX)),
        ..file("a.proto", &[], "")
    };
    assert_eq!(refused(large).await, ("bytes in a file", DESCRIBED_FILE_BYTES_MAX));
}

#[tokio::test]
async fn what_is_said_once_is_cut_where_it_stands_at_each_method() {
    let said = format!("{}\u{1b}", "\u{20ac}".repeat(DESCRIBED_LAYOUT_BYTES_MAX));
    let options = MessageOptions {
        opaque_type: Some(said.clone()),
        opaque_layout: Some(said),
        ..MessageOptions::default()
    };
    let opaque =
        DescriptorProto { name: Some("M".to_owned()), options: Some(options), ..DescriptorProto::default() };
    let mut described = file("a.proto", &[], ".rpcplugin.opaque.x.M");
    described.package = Some("rpcplugin.opaque.x".to_owned());
    described.message_type = vec![opaque];
    let description = Liar::of(&[described]).channel().describe().await.unwrap();
    let request = &description.method("rpcplugin.opaque.x.Kv/Get").unwrap().request;
    for text in [&request.name, request.layout.as_ref().unwrap()] {
        assert_eq!(text.len(), DESCRIBED_LAYOUT_BYTES_MAX / 3 * 3);
    }
}

#[tokio::test]
async fn the_methods_of_a_service_are_those_of_no_other() {
    let mut described = file("a.proto", &[], ".a.Key");
    let other = ServiceDescriptorProto { name: Some("x.Kv".to_owned()), method: Vec::new() };
    described.service.push(other);
    let mut liar = Liar::of(&[described.clone()]);
    liar.files.insert("a.x.Kv".to_owned(), vec![described.encode_to_vec()]);
    let description = liar.channel().describe().await.unwrap();
    let methods = |name| description.service(name).unwrap().methods.len();
    assert_eq!((methods("a.Kv"), methods("a.x.Kv")), (1, 0));
}

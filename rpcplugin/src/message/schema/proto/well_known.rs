//! Files of protobuf itself: every compiler has them, and a description of a file of ours needs theirs beside it.

use prost::Message as _;

use super::describe;
use super::kind::Kind;
use super::model::{Contents, Count, Field, Item, Member, Message, Type};

/// Whether a message of this full name is in one of the files.
pub(super) fn is_known(full: &str) -> bool {
    path_of(full).is_some()
}

/// The path of the file that has a message of this full name.
pub(super) fn path_of(full: &str) -> Option<&'static str> {
    let name = full.strip_prefix(PACKAGE)?.strip_prefix('.')?;
    FILES.iter().find(|file| file.messages.iter().any(|message| message.name == name)).map(|file| file.path)
}

/// The description of the file with this path, as its bytes.
pub(super) fn file(path: &str) -> Option<Vec<u8>> {
    let file = FILES.iter().find(|file| file.path == path)?;
    let contents = Contents {
        package: PACKAGE.to_owned(),
        go_package: Some(file.go_package.to_owned()),
        imports: Vec::new(),
        services: Vec::new(),
        items: file.messages.iter().map(item).collect(),
    };
    let mut described = describe::file(&contents, path);
    described.source_code_info = None;
    Some(described.encode_to_vec())
}

fn item(known: &Known) -> Item {
    let fields = known.fields.iter().map(|(name, id, kind)| {
        let (name, ty) = ((*name).to_owned(), Type::scalar(*kind));
        Member::Field(Field { name, docs: "", id: *id, count: Count::Once, ty })
    });
    Item::Message(Message { name: known.name, docs: "", reserved: Vec::new(), members: fields.collect() })
}

struct KnownFile {
    path: &'static str,
    /// Go's compiler asks it of every file.
    go_package: &'static str,
    messages: &'static [Known],
}

struct Known {
    name: &'static str,
    fields: &'static [(&'static str, u32, Kind)],
}

impl Known {
    const fn new(name: &'static str, fields: &'static [(&'static str, u32, Kind)]) -> Self {
        Self { name, fields }
    }
}

const PACKAGE: &str = "google.protobuf";

const FILES: &[KnownFile] = &[
    KnownFile {
        path: "google/protobuf/any.proto",
        go_package: "google.golang.org/protobuf/types/known/anypb",
        messages: &[Known::new("Any", &[("type_url", 1, Kind::String), ("value", 2, Kind::Bytes)])],
    },
    KnownFile {
        path: "google/protobuf/duration.proto",
        go_package: "google.golang.org/protobuf/types/known/durationpb",
        messages: &[Known::new("Duration", SECONDS_AND_NANOS)],
    },
    KnownFile {
        path: "google/protobuf/empty.proto",
        go_package: "google.golang.org/protobuf/types/known/emptypb",
        messages: &[Known::new("Empty", &[])],
    },
    KnownFile {
        path: "google/protobuf/timestamp.proto",
        go_package: "google.golang.org/protobuf/types/known/timestamppb",
        messages: &[Known::new("Timestamp", SECONDS_AND_NANOS)],
    },
    KnownFile {
        path: "google/protobuf/wrappers.proto",
        go_package: "google.golang.org/protobuf/types/known/wrapperspb",
        messages: &[
            Known::new("DoubleValue", &[("value", 1, Kind::Double)]),
            Known::new("FloatValue", &[("value", 1, Kind::Float)]),
            Known::new("Int64Value", &[("value", 1, Kind::Int64)]),
            Known::new("UInt64Value", &[("value", 1, Kind::Uint64)]),
            Known::new("Int32Value", &[("value", 1, Kind::Int32)]),
            Known::new("UInt32Value", &[("value", 1, Kind::Uint32)]),
            Known::new("BoolValue", &[("value", 1, Kind::Bool)]),
            Known::new("StringValue", &[("value", 1, Kind::String)]),
            Known::new("BytesValue", &[("value", 1, Kind::Bytes)]),
        ],
    },
];

const SECONDS_AND_NANOS: &[(&str, u32, Kind)] = &[("seconds", 1, Kind::Int64), ("nanos", 2, Kind::Int32)];

//! A file as data. It is printed (`print`), and described as protobuf describes files (`describe`): two forms of one thing.

use super::kind::Kind;

/// A type that is not repeated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Type {
    pub(super) kind: Kind,
    /// As the file says it.
    pub(super) written: String,
    /// From the outermost package on, with a dot before it; of a scalar, nothing.
    pub(super) full: String,
}

impl Type {
    pub(super) fn scalar(kind: Kind) -> Self {
        Self { kind, written: kind.word().to_owned(), full: String::new() }
    }
}

/// How often the value of a field comes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Count {
    Once,
    Optional,
    Repeated,
    /// Once for each key.
    Map(Type),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Field {
    pub(super) name: String,
    pub(super) docs: &'static str,
    pub(super) id: u32,
    pub(super) count: Count,
    pub(super) ty: Type,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Member {
    Field(Field),
    Oneof { name: String, docs: &'static str, fields: Vec<Field> },
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Message {
    pub(super) name: &'static str,
    pub(super) docs: &'static str,
    /// Both ends included, in ascending order, each id once.
    pub(super) reserved: Vec<(u32, u32)>,
    pub(super) members: Vec<Member>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Value {
    pub(super) name: String,
    pub(super) docs: &'static str,
    pub(super) number: i32,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Enum {
    pub(super) name: &'static str,
    pub(super) docs: &'static str,
    /// The zero first.
    pub(super) values: Vec<Value>,
}

/// Two messages of one name are one if this is the same. What they hold is compared under its own name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Item {
    Message(Message),
    Enum(Enum),
}

/// What a method takes or answers with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Side {
    pub(super) streams: bool,
    pub(super) ty: Type,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Method {
    pub(super) name: &'static str,
    pub(super) docs: &'static str,
    pub(super) idempotent: bool,
    pub(super) request: Side,
    pub(super) response: Side,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Service {
    pub(super) name: &'static str,
    pub(super) docs: &'static str,
    pub(super) methods: Vec<Method>,
}

/// The whole file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Contents {
    pub(super) package: String,
    pub(super) go_package: Option<String>,
    /// The paths of other files, in ascending order.
    pub(super) imports: Vec<String>,
    pub(super) services: Vec<Service>,
    pub(super) items: Vec<Item>,
}

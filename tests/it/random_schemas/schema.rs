//! What a message is, in the terms that both sides' declarations and the bytes are made from.

use std::iter;

/// Everything that was invented.
#[derive(Debug)]
pub(super) struct Schemas {
    pub(super) messages: Vec<Message>,
    pub(super) enumerations: Vec<Enumeration>,
}

#[derive(Debug)]
pub(super) struct Message {
    pub(super) name: String,
    pub(super) members: Vec<Member>,
    /// How many messages lie within one another in it by value: sizes grow with it.
    pub(super) rank: usize,
}

/// What is a field of the struct.
#[derive(Debug)]
pub(super) enum Member {
    Field(Field),
    Oneof(Oneof),
}

/// What is a field of the protobuf message.
#[derive(Debug, Clone)]
pub(super) struct Field {
    pub(super) name: String,
    pub(super) id: u32,
    pub(super) place: Place,
    pub(super) value: Value,
    pub(super) boxed: bool,
}

#[derive(Debug)]
pub(super) struct Oneof {
    pub(super) name: String,
    pub(super) type_name: String,
    pub(super) variants: Vec<Field>,
}

#[derive(Debug)]
pub(super) struct Enumeration {
    pub(super) name: String,
    pub(super) id_type: &'static str,
    pub(super) numbers: Vec<i32>,
    /// Whether one variant takes all other numbers.
    pub(super) open: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Single,
    Optional,
    Repeated,
    Map { key: Scalar, hashed: bool },
    Variant,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Value {
    Scalar(Scalar),
    /// An index of [`Schemas::enumerations`].
    Enumeration(usize),
    /// An index of [`Schemas::messages`]: of an earlier message, or of the one around it.
    Message(usize),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scalar {
    Uint32,
    Uint64,
    Int32,
    Int64,
    Sint32,
    Sint64,
    Fixed32,
    Fixed64,
    Sfixed32,
    Sfixed64,
    Bool,
    Float,
    Double,
    Text,
    Bytes,
    /// `bytes::Bytes`.
    SharedBytes,
}

/// How a value lies behind its key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wire {
    Varint,
    Fixed64,
    Length,
    Fixed32,
}

impl Schemas {
    pub(super) fn wire(value: Value) -> Wire {
        match value {
            Value::Scalar(scalar) => scalar.wire(),
            Value::Enumeration(_) => Wire::Varint,
            Value::Message(_) => Wire::Length,
        }
    }

    pub(super) fn message(&self, index: usize) -> &Message {
        self.messages.get(index).expect("a message is held by later ones only")
    }

    pub(super) fn enumeration(&self, index: usize) -> &Enumeration {
        self.enumerations.get(index).expect("enums are drawn first")
    }

    /// Whether this crate writes the message byte for byte as prost does. It writes in the order of declaration, prost
    /// in that of the ids; and a nested message without `Option` is left out if it has its default, where prost's
    /// nearest, `required`, is not.
    pub(super) fn is_written_alike(&self, index: usize) -> bool {
        let message = self.message(index);
        message.is_in_order()
            && message.fields().all(|field| match field.value {
                Value::Message(held) => {
                    field.place != Place::Single && (held == index || self.is_written_alike(held))
                }
                Value::Scalar(_) | Value::Enumeration(_) => true,
            })
    }
}

impl Message {
    /// The fields, and the variants of each `oneof` as the fields that they are.
    pub(super) fn fields(&self) -> impl Iterator<Item = &Field> {
        self.members.iter().flat_map(Member::fields)
    }

    pub(super) fn field(&self, id: u32) -> Option<&Field> {
        self.fields().find(|field| field.id == id)
    }

    fn is_in_order(&self) -> bool {
        self.members.iter().map(Member::first_id).is_sorted()
    }
}

impl Member {
    fn fields(&self) -> Box<dyn Iterator<Item = &Field> + '_> {
        match self {
            Self::Field(field) => Box::new(iter::once(field)),
            Self::Oneof(oneof) => Box::new(oneof.variants.iter()),
        }
    }

    /// What prost orders by.
    pub(super) fn first_id(&self) -> u32 {
        self.fields().map(|field| field.id).min().expect("a `oneof` has variants")
    }
}

impl Enumeration {
    /// Whether a field can have this number.
    pub(super) fn takes(&self, number: i32) -> bool {
        self.numbers.contains(&number)
            || self.open
                && match self.id_type {
                    "u8" => u8::try_from(number).is_ok(),
                    "i16" => i16::try_from(number).is_ok(),
                    "u32" => u32::try_from(number).is_ok(),
                    _ => true,
                }
    }
}

impl Scalar {
    pub(super) const ALL: [Self; 16] = [
        Self::Uint32,
        Self::Uint64,
        Self::Int32,
        Self::Int64,
        Self::Sint32,
        Self::Sint64,
        Self::Fixed32,
        Self::Fixed64,
        Self::Sfixed32,
        Self::Sfixed64,
        Self::Bool,
        Self::Float,
        Self::Double,
        Self::Text,
        Self::Bytes,
        Self::SharedBytes,
    ];

    /// What this crate's maps may hold: an encoding cannot be said of a map.
    pub(super) const PLAIN: [Self; 10] = [
        Self::Uint32,
        Self::Uint64,
        Self::Int32,
        Self::Int64,
        Self::Bool,
        Self::Float,
        Self::Double,
        Self::Text,
        Self::Bytes,
        Self::SharedBytes,
    ];

    pub(super) const KEYS: [Self; 6] =
        [Self::Uint32, Self::Uint64, Self::Int32, Self::Int64, Self::Bool, Self::Text];

    /// The name of the type in a `.proto` file.
    pub(super) fn protobuf(self) -> &'static str {
        match self {
            Self::Uint32 => "uint32",
            Self::Uint64 => "uint64",
            Self::Int32 => "int32",
            Self::Int64 => "int64",
            Self::Sint32 => "sint32",
            Self::Sint64 => "sint64",
            Self::Fixed32 => "fixed32",
            Self::Fixed64 => "fixed64",
            Self::Sfixed32 => "sfixed32",
            Self::Sfixed64 => "sfixed64",
            Self::Bool => "bool",
            Self::Float => "float",
            Self::Double => "double",
            Self::Text => "string",
            Self::Bytes | Self::SharedBytes => "bytes",
        }
    }

    pub(super) fn wire(self) -> Wire {
        match self {
            Self::Uint32
            | Self::Uint64
            | Self::Int32
            | Self::Int64
            | Self::Sint32
            | Self::Sint64
            | Self::Bool => Wire::Varint,
            Self::Fixed32 | Self::Sfixed32 | Self::Float => Wire::Fixed32,
            Self::Fixed64 | Self::Sfixed64 | Self::Double => Wire::Fixed64,
            Self::Text | Self::Bytes | Self::SharedBytes => Wire::Length,
        }
    }
}

impl Wire {
    pub(super) fn number(self) -> u64 {
        match self {
            Self::Varint => 0,
            Self::Fixed64 => 1,
            Self::Length => 2,
            Self::Fixed32 => 5,
        }
    }
}

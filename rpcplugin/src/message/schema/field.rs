use super::MessageSchema;

/// A field of a struct or of a variant.
///
/// # Examples
///
/// ```
/// use rpcplugin::{BinaryMessage, ShapeSchema, TypeSchema};
///
/// #[derive(BinaryMessage)]
/// struct Sample {
///     #[binary(id = 4)]
///     label: Option<String>,
/// }
///
/// let ShapeSchema::Struct { fields: [label], .. } = Sample::SCHEMA.shape else { panic!("one field") };
/// assert_eq!((label.name, label.id), ("label", 4));
/// assert!(matches!(label.ty, TypeSchema::Optional(TypeSchema::Text)));
/// ```
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct FieldSchema {
    /// The field's name; of a tuple, its number.
    pub name: &'static str,
    /// The field's documentation, lines joined by `\n`; empty without one.
    pub docs: &'static str,
    /// The id of a field of a tagged message; 0 in a packed one, and for a `oneof`, whose variants have the ids.
    pub id: u32,
    /// What the field holds.
    pub ty: TypeSchema,
    /// How it lies.
    pub place: FieldPlace,
}

/// How a field lies in the bytes.
///
/// # Examples
///
/// ```
/// use rpcplugin::{BinaryMessage, LengthPrefix, ShapeSchema};
///
/// #[derive(BinaryMessage)]
/// #[binary(endian = "big")]
/// struct Record {
///     #[binary(pad_before = 3, prefix = u16, max_len = 80)]
///     text: String,
/// }
///
/// let ShapeSchema::Struct { fields, .. } = Record::SCHEMA.shape else { panic!("a struct") };
/// let place = fields[0].place;
/// assert_eq!((place.pad_before, place.prefix, place.big_endian), (3, LengthPrefix::U16, true));
/// assert_eq!((place.max_len, place.since), (Some(80), None));
/// ```
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct FieldPlace {
    /// Whether numbers have their most significant byte first.
    pub big_endian: bool,
    /// The length before text, bytes, lists and maps.
    pub prefix: LengthPrefix,
    /// The bytes of a field that is padded to a fixed length.
    pub fixed_length: Option<usize>,
    /// Constant bytes before the field; empty without.
    pub magic: &'static [u8],
    /// Zeros before the field, in bytes.
    pub pad_before: usize,
    /// Zeros behind the field, in bytes.
    pub pad_after: usize,
    /// The longest allowed: bytes of text, items of a list.
    pub max_len: Option<usize>,
    /// The version that added the field.
    pub since: Option<u32>,
    /// How a number of a tagged message is written.
    pub encoding: NumberEncoding,
}

impl FieldPlace {
    /// A field without any attribute.
    pub const PLAIN: Self = Self {
        big_endian: false,
        prefix: LengthPrefix::U32,
        fixed_length: None,
        magic: &[],
        pad_before: 0,
        pad_after: 0,
        max_len: None,
        since: None,
        encoding: NumberEncoding::Plain,
    };
}

/// The width of a length.
///
/// # Examples
///
/// ```
/// use rpcplugin::{BinaryMessage, LengthPrefix, ShapeSchema};
///
/// #[derive(BinaryMessage)]
/// #[binary(extensible, prefix = u16)]
/// struct Record {
///     number: u32,
/// }
///
/// let ShapeSchema::Struct { prefix, .. } = Record::SCHEMA.shape else { panic!("a struct") };
/// assert_eq!((prefix, prefix.bytes()), (LengthPrefix::U16, 2));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LengthPrefix {
    /// One byte.
    U8,
    /// Two bytes.
    U16,
    /// Four bytes.
    U32,
    /// Eight bytes.
    U64,
}

/// How a number of a tagged message is written.
///
/// # Examples
///
/// ```
/// use rpcplugin::{BinaryMessage, NumberEncoding, ShapeSchema};
///
/// #[derive(BinaryMessage)]
/// struct Move {
///     #[binary(id = 1, encoding = "zigzag")]
///     steps: i32,
/// }
///
/// let ShapeSchema::Struct { fields, .. } = Move::SCHEMA.shape else { panic!("a struct") };
/// assert_eq!(fields[0].place.encoding, NumberEncoding::ZigZag);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NumberEncoding {
    /// A varint, or a float's bytes.
    Plain,
    /// `sint32`, `sint64`: small negative numbers are short.
    ZigZag,
    /// `fixed32`, `sfixed32`, `fixed64`, `sfixed64`: always four or eight bytes.
    FixedWidth,
}

/// What a value is.
///
/// # Examples
///
/// ```
/// use rpcplugin::{BinaryMessage, ShapeSchema, TypeSchema};
///
/// #[derive(BinaryMessage)]
/// struct Point {
///     x: f32,
/// }
///
/// #[derive(BinaryMessage)]
/// struct Line {
///     points: Vec<Point>,
/// }
///
/// let ShapeSchema::Struct { fields, .. } = Line::SCHEMA.shape else { panic!("a struct") };
/// let TypeSchema::List(TypeSchema::Message(point)) = fields[0].ty else { panic!("a list of messages") };
/// assert_eq!(point().name, "Point");
/// ```
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum TypeSchema {
    /// `bool`.
    Bool,
    /// `u8` to `u128`, `i8` to `i128`.
    Integer {
        /// 8 to 128.
        bits: u32,
        /// Whether it can be negative.
        signed: bool,
        /// Whether zero is refused.
        nonzero: bool,
    },
    /// `f16`, `f32`, `f64`.
    Float {
        /// 16, 32 or 64.
        bits: u32,
    },
    /// `char`, as the number of its scalar value.
    Char,
    /// UTF-8.
    Text,
    /// Plain bytes.
    Bytes,
    /// So many of one type.
    Array(&'static Self, usize),
    /// One after the other.
    Tuple(&'static [Self]),
    /// A count, then so many.
    List(&'static Self),
    /// There or not.
    Optional(&'static Self),
    /// Keys in ascending order, each with a value.
    Map(&'static Self, &'static Self),
    /// Items in ascending order.
    Set(&'static Self),
    /// Seconds and nanoseconds.
    Duration,
    /// Seconds and nanoseconds since 1970.
    Timestamp,
    /// Another message, or an enum. A function, because a message may hold itself.
    Message(fn() -> &'static MessageSchema),
}

impl TypeSchema {
    /// A list of this; of plain bytes, bytes.
    #[must_use]
    pub(crate) const fn list(item: &'static Self) -> Self {
        match item {
            Self::Integer { bits: 8, signed: false, nonzero: false } => Self::Bytes,
            item => Self::List(item),
        }
    }
}

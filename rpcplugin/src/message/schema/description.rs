use crate::message::Layout;

/// What `#[derive(BinaryMessage)]` knows of a type: its name, its fields or variants, and how they lie in the bytes.
///
/// It is a constant, [`BinaryMessage::SCHEMA`](crate::BinaryMessage::SCHEMA), and costs nothing unless it is used.
///
/// # Examples
///
/// ```
/// use rpcplugin::{BinaryMessage, ShapeSchema};
///
/// /// What a station sends.
/// #[derive(BinaryMessage)]
/// struct Sample {
///     /// In degrees.
///     temperature: f32,
/// }
///
/// let schema = Sample::SCHEMA;
/// assert_eq!((schema.name, schema.docs), ("Sample", "What a station sends."));
/// let ShapeSchema::Struct { fields, .. } = schema.shape else { panic!("a struct") };
/// assert_eq!((fields[0].name, fields[0].docs), ("temperature", "In degrees."));
/// ```
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct MessageSchema {
    /// The type's name.
    pub name: &'static str,
    /// The type's documentation, lines joined by `\n`; empty without one.
    pub docs: &'static str,
    /// How the fields lie.
    pub layout: Layout,
    /// The bytes of every value within another packed message, if it is the same number for all of them. Nothing for a
    /// tagged message, and for a family, whose messages each have their own.
    pub size: Option<usize>,
    /// Struct, enum or family.
    pub shape: ShapeSchema,
}

/// The shape of a [`MessageSchema`].
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum ShapeSchema {
    /// A struct. The fields of a tuple struct are named by their number.
    Struct {
        /// The fields in the order of declaration.
        fields: &'static [FieldSchema],
        /// Constant bytes before the first field; empty without.
        magic: &'static [u8],
        /// Whether bytes of a newer version are skipped.
        extensible: bool,
        /// The length before an extensible message that lies in another one.
        prefix: LengthPrefix,
        /// Whether that length has its most significant byte first.
        big_endian: bool,
        /// Ids that no field may have: single ids and ranges, both ends included. Tagged messages only.
        reserved: &'static [(u32, u32)],
    },
    /// An enum: one of several variants, told apart by a number before it.
    Enum(EnumSchema),
    /// A message family: the frame of a protocol.
    Family(FamilySchema),
}

/// A field of a struct or of a variant.
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

/// An enum: a packed one, a protobuf enum, or a `oneof`.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct EnumSchema {
    /// The bytes of the number before a variant.
    pub id_bytes: usize,
    /// Whether it can be negative.
    pub id_signed: bool,
    /// Whether it has its most significant byte first.
    pub big_endian: bool,
    /// Whether it is the `oneof` of a tagged message.
    pub oneof: bool,
    /// The variants in the order of declaration.
    pub variants: &'static [VariantSchema],
}

/// A variant of an [`EnumSchema`] or of a [`FamilySchema`].
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct VariantSchema {
    /// The variant's name.
    pub name: &'static str,
    /// The variant's documentation, lines joined by `\n`; empty without one.
    pub docs: &'static str,
    /// The number that stands for it; of a variant with `other`, nothing.
    pub id: Option<i128>,
    /// What belongs to it. A tuple variant's fields are named by their number.
    pub fields: &'static [FieldSchema],
    /// The bytes of every payload, if it is the same number for all of them; the id or the header before it does not
    /// count. In a family a message without such a size has its length before it. Nothing for a `oneof`.
    pub size: Option<usize>,
}

/// A message family: what is before and behind the messages of a protocol.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct FamilySchema {
    /// The bytes of the number that says which message follows.
    pub header_bytes: usize,
    /// Whether it has its most significant byte first.
    pub big_endian: bool,
    /// The bytes of the checksum behind a frame; 0 without.
    pub checksum_bytes: usize,
    /// The messages.
    pub messages: &'static [VariantSchema],
}

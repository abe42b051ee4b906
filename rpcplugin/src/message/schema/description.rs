use super::{FieldSchema, LengthPrefix};
use crate::message::Layout;

/// What `#[derive(BinaryMessage)]` knows of a type: its name, its fields or variants, and how they lie in the bytes.
///
/// It is a constant, [`BinaryMessage::SCHEMA`](crate::BinaryMessage::SCHEMA), and costs nothing unless it is used; the table of
/// a contract uses those of its messages, [`Message::KNOWN_SCHEMA`](crate::Message::KNOWN_SCHEMA).
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
///
/// # Examples
///
/// ```
/// use rpcplugin::{BinaryMessage, ShapeSchema};
///
/// #[derive(BinaryMessage)]
/// #[binary(magic = b"REC")]
/// struct Record {
///     number: u32,
/// }
///
/// let ShapeSchema::Struct { fields, magic, .. } = Record::SCHEMA.shape else { panic!("a struct") };
/// assert_eq!((fields.len(), magic), (1, &b"REC"[..]));
/// ```
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

/// An enum: a packed one, a protobuf enum, or a `oneof`.
///
/// # Examples
///
/// ```
/// use rpcplugin::{BinaryMessage, ShapeSchema};
///
/// #[derive(BinaryMessage)]
/// #[binary(id_type = u16)]
/// enum Mode {
///     #[binary(id = 1)]
///     Off,
///     #[binary(id = 2)]
///     On,
/// }
///
/// let ShapeSchema::Enum(mode) = Mode::SCHEMA.shape else { panic!("an enum") };
/// assert_eq!((mode.id_bytes, mode.oneof), (2, false));
/// let ids: Vec<_> = mode.variants.iter().map(|variant| (variant.name, variant.id)).collect();
/// assert_eq!(ids, [("Off", Some(1)), ("On", Some(2))]);
/// ```
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
///
/// # Examples
///
/// ```
/// use rpcplugin::{BinaryMessage, ShapeSchema};
///
/// #[derive(BinaryMessage)]
/// enum Event {
///     #[binary(id = 1)]
///     Moved { x: f32, y: f32 },
///     #[binary(id = 2)]
///     Said(String),
/// }
///
/// let ShapeSchema::Enum(event) = Event::SCHEMA.shape else { panic!("an enum") };
/// let [moved, said] = event.variants else { panic!("two variants") };
/// assert_eq!((moved.fields[1].name, moved.size), ("y", Some(8)));
/// assert_eq!((said.fields[0].name, said.size), ("0", None));
/// ```
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct VariantSchema {
    /// The variant's name.
    pub name: &'static str,
    /// The variant's documentation, lines joined by `\n`; empty without one.
    pub docs: &'static str,
    /// What it is called in a `.proto`, if `#[binary(name = "..")]` says so; nothing where the names of the enum and the
    /// variant make that name.
    pub proto_name: Option<&'static str>,
    /// The number that stands for it; of a variant with `other`, nothing.
    pub id: Option<i128>,
    /// What belongs to it. A tuple variant's fields are named by their number.
    pub fields: &'static [FieldSchema],
    /// The bytes of every payload, if it is the same number for all of them; the id or the header before it does not
    /// count. In a family a message without such a size has its length before it. Nothing for a `oneof`.
    pub size: Option<usize>,
}

/// A message family: what is before and behind the messages of a protocol.
///
/// # Examples
///
/// ```
/// use rpcplugin::{BinaryMessage, ShapeSchema};
///
/// #[derive(BinaryMessage)]
/// #[binary(family, header = u8)]
/// enum Station {
///     #[binary(id = 1)]
///     Ping,
///     #[binary(id = 2)]
///     Say { text: String },
/// }
///
/// let ShapeSchema::Family(station) = Station::SCHEMA.shape else { panic!("a family") };
/// assert_eq!((station.header_bytes, station.checksum_bytes), (1, 0));
/// // A message that is not always as long has its length before it.
/// let has_length: Vec<_> = station.messages.iter().map(|message| message.size.is_none()).collect();
/// assert_eq!(has_length, [false, true]);
/// ```
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

use super::Message;

/// A message whose layout stands in its Rust type: `#[derive(BinaryMessage)]`.
///
/// The derive writes this trait and [`Message`] for a struct with named fields. A message has one layout, and the
/// layout belongs to the type: whoever carries it carries bytes.
///
/// # Packed: no field has an id
///
/// The fields in the order they are declared, without padding. This is what Python's `struct.pack` writes, and C with
/// `__attribute__((packed))`; for sensors, market data and formats that exist.
///
/// ```
/// use rpcplugin::{BinaryMessage, Message};
///
/// #[derive(BinaryMessage)]
/// struct Header {
///     kind: u8,
///     size: u32,
/// }
///
/// // struct.pack("<BI", 1, 100)
/// assert_eq!(Header { kind: 1, size: 100 }.encode()?[..], [1, 100, 0, 0, 0]);
/// # Ok::<(), rpcplugin::EncodeError>(())
/// ```
///
/// | field type | bytes |
/// |---|---|
/// | `u8` to `u128`, `i8` to `i128`, `f32`, `f64` | their size, in the struct's byte order |
/// | `bool` | one, 0 or 1 |
/// | `String`, `Vec<u8>`, `bytes::Bytes` | `u32` length, then the bytes |
/// | `[T; N]` | the items |
/// | `Option<T>` | one, 0 or 1, then the value if it is 1 |
/// | `Vec<T>` | `u32` count, then the items |
/// | `Box<T>` | as `T` |
/// | another packed message | its fields, in *its* byte order |
///
/// The byte order is little-endian unless the struct says `#[binary(endian = "big")]`.
/// Two sides must agree on the whole struct: adding a field makes another message of it. Bytes that are left over are
/// an error.
///
/// ```
/// use rpcplugin::{BinaryMessage, Message};
///
/// #[derive(BinaryMessage)]
/// #[binary(endian = "big")]
/// struct Sensors {
///     station: u16,
///     values: Vec<f32>,
/// }
///
/// let bytes = Sensors { station: 7, values: vec![1.5] }.encode()?;
/// assert_eq!(bytes[..], [0, 7, 0, 0, 0, 1, 0x3f, 0xc0, 0, 0]);
/// # Ok::<(), rpcplugin::EncodeError>(())
/// ```
///
/// # Tagged: every field has an id
///
/// The protobuf wire format, exactly as proto3 has it; for contracts that live long or are shared with other
/// languages. The other side may be written from this `.proto`:
///
/// ```
/// use rpcplugin::{BinaryMessage, Message};
///
/// // message Entry { string key = 1; bytes value = 2; repeated uint64 versions = 4; optional int64 expires = 5; }
/// #[derive(BinaryMessage)]
/// struct Entry {
///     #[binary(id = 1)]
///     key: String,
///     #[binary(id = 2)]
///     value: Vec<u8>,
///     #[binary(id = 4)]
///     versions: Vec<u64>,
///     #[binary(id = 5)]
///     expires: Option<i64>,
/// }
///
/// let entry = Entry { key: "k".into(), value: vec![], versions: vec![1, 300], expires: None };
/// assert_eq!(entry.encode()?[..], [0x0a, 1, b'k', 0x22, 3, 1, 0xac, 0x02]);
/// # Ok::<(), rpcplugin::EncodeError>(())
/// ```
///
/// | field type | protobuf type |
/// |---|---|
/// | `u32`, `u64`, `i32`, `i64` | `uint32`, `uint64`, `int32`, `int64` |
/// | `bool`, `f32`, `f64` | `bool`, `float`, `double` |
/// | `String` | `string` |
/// | `Vec<u8>`, `bytes::Bytes` | `bytes` |
/// | another tagged message | that message |
/// | `Option<T>` | `optional`: present or not |
/// | `Vec<T>` | `repeated`, packed for numbers; both forms are read |
/// | `Box<T>` | as `T` |
///
/// - A field that has its default (zero, empty, false) is left out, and a field that is not there has its default. This
///   holds for a nested message as well: one whose fields all have their defaults is left out. Where "not there" and
///   "all defaults" differ, write `Option<T>`.
/// - Negative zero is not the default of a float: it is written, and comes back with its sign.
/// - Unknown ids are skipped, so both sides may add fields at their own time. A field that came twice counts once: of
///   numbers and strings the last is taken, nested messages are merged, repeated fields are joined.
/// - An id is from 1 to 536870911, without 19000 to 19999, which are protobuf's own. Never give the id of a removed
///   field to another one.
///
/// Fields with an id and fields without in one struct are a compile error. A struct without fields is the empty message
/// of both layouts: it may lie in either, and skips unknown fields like a tagged one.
///
/// # What a decoder promises
///
/// It never allocates more than the bytes it holds can justify, follows 64 nested messages and no more, and does not
/// panic. A [`DecodeError`](crate::DecodeError) names the type, the field, the offset, what was expected and what was
/// found. A `bytes::Bytes` field is a slice of the message and no copy; it keeps the whole message in memory.
///
/// # Limits
///
/// Enums, tuple structs and generic structs are refused, with a sentence.
///
/// This trait is implemented by the derive only.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no layout of its own",
    note = "derive it: `#[derive(rpcplugin::BinaryMessage)] struct {Self} {{ .. }}`"
)]
pub trait BinaryMessage: Message {
    /// The type's name, as errors say it.
    const NAME: &'static str;

    /// How the fields lie in the bytes.
    const LAYOUT: Layout;

    /// Whatever the derive adds here later is no break for anybody, because nobody else can write this.
    #[doc(hidden)]
    const DERIVED: Derived;
}

/// How the fields of a [`BinaryMessage`] lie in its bytes.
///
/// # Examples
///
/// ```
/// use rpcplugin::{BinaryMessage, Layout};
///
/// #[derive(BinaryMessage)]
/// struct Sample {
///     #[binary(id = 1)]
///     value: f64,
/// }
///
/// assert_eq!(Sample::LAYOUT, Layout::Tagged);
/// assert_eq!(Sample::NAME, "Sample");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Layout {
    /// The fields in order, without padding.
    Packed,
    /// The protobuf wire format.
    Tagged,
}

/// See [`BinaryMessage::DERIVED`].
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub struct Derived;

//! The tagged layout: the protobuf wire format, one id a field.
//!
//! Two questions. [`Tagged`] is asked of a value: what stands behind the key? `scalar` answers for numbers, `text` for
//! strings and bytes, `time` for protobuf's own messages, the derive for messages and, with `enumeration`, for enums.
//! [`TaggedField`] is asked of a field: how often may the value come, and what if it does not? `field` answers for single
//! values, `repeated` for lists and sets, `map` for maps, `oneof` for a field that is several, `with` for one that lies as
//! another type.
//!
//! `wire` and `varint` hold the grammar below both: keys, lengths, numbers, and what to skip.

mod wire;
pub use wire::WireType;

mod varint;

mod encoding;
pub use encoding::{FIXED_WIDTH, PLAIN, ZIGZAG, number_encoding};

mod field;
pub use field::TaggedField;

mod repeated;

mod map;

mod scalar;

mod text;

mod time;

mod enumeration;
pub use enumeration::{enum_len, read_enum, write_enum};

mod oneof;
pub use oneof::{
    Oneof, OneofField, check_present, has_id_within, have_common_id, merge_present, present_len,
    write_present,
};

mod with;
pub use with::WithParts;

use super::depth::Depth;
use super::reader::Reader;
use super::refusal::Refusal;
use super::schema::TypeSchema;
use super::writer::Writer;
use super::{DecodeError, EncodeError};

/// A single value of a tagged message, without its key and without the length before it. `'a` is how long the bytes live
/// that a value may borrow from; `E` is how a number is written.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be in a tagged message",
    label = "no protobuf type for this",
    note = "a tagged message holds `u32`, `u64`, `i32`, `i64`, `f32`, `f64`, `bool`, `String`, `&str`, `Vec<u8>`, `&[u8]`, `bytes::Bytes`, `Duration`, `SystemTime`, and `Option<T>`, `Vec<T>`, `Box<T>`, maps and sets of these",
    note = "protobuf has no 8-, 16- or 128-bit numbers: write `u32` or `i32`, or `Vec<u8>` for 16 bytes",
    note = "another message can be in it if it is tagged too: `#[derive(BinaryMessage)]` with an id on every field; an enum needs a variant with the id 0",
    note = "any other type can be in it with `#[binary(with = module)]`"
)]
pub trait Tagged<'a, const E: u8 = PLAIN>: Sized {
    /// What the key says about the bytes behind it. A [`Length`](WireType::Length) stands before the value, and is
    /// neither written nor read by it.
    const WIRE: WireType;

    /// What the description of a message says of the type.
    const TYPE: TypeSchema;

    /// The same, for a type that holds this one.
    const TYPE_REF: &'static TypeSchema = &<Self as Tagged<'a, E>>::TYPE;

    /// The memory that [`absent`](Self::absent) takes beside the value itself, in bytes: what its boxes hold.
    const ABSENT_BYTES: usize = 0;

    /// The value of a field that is not there.
    fn absent() -> Self;

    /// The bytes that this value takes.
    fn body_len(&self, depth: Depth) -> usize;

    /// Asks what the type says of its values, `validate`, in the whole value. It is asked once: before everything is
    /// written, and after everything was read, because a message may come in parts, or not at all.
    ///
    /// # Errors
    ///
    /// If the value, or one in it, is refused.
    #[inline]
    fn check_whole(&self, depth: Depth) -> Result<(), Refusal> {
        let _nothing_is_said = depth;
        Ok(())
    }

    /// Whether a field with this value may be left out.
    #[inline]
    fn is_absent(&self, body_len: usize) -> bool {
        body_len == 0
    }

    /// Writes this value.
    ///
    /// # Errors
    ///
    /// If the value does not fit.
    fn write_body(&self, writer: &mut Writer<'_>) -> Result<(), EncodeError>;

    /// Reads a value into this one: a message takes over the fields that are there, anything else is replaced.
    /// Behind a length, it is everything that the reader holds.
    ///
    /// # Errors
    ///
    /// If the next bytes are no such value.
    fn merge_body(&mut self, reader: &mut Reader<'a>) -> Result<(), DecodeError>;
}

impl<'a, const E: u8, T: Tagged<'a, E>> Tagged<'a, E> for Box<T> {
    const WIRE: WireType = T::WIRE;
    const TYPE: TypeSchema = T::TYPE;
    const ABSENT_BYTES: usize = size_of::<T>().saturating_add(T::ABSENT_BYTES);

    fn absent() -> Self {
        Self::new(T::absent())
    }

    fn check_whole(&self, depth: Depth) -> Result<(), Refusal> {
        T::check_whole(self, depth)
    }

    fn body_len(&self, depth: Depth) -> usize {
        T::body_len(self, depth)
    }

    fn is_absent(&self, body_len: usize) -> bool {
        T::is_absent(self, body_len)
    }

    fn write_body(&self, writer: &mut Writer<'_>) -> Result<(), EncodeError> {
        T::write_body(self, writer)
    }

    fn merge_body(&mut self, reader: &mut Reader<'a>) -> Result<(), DecodeError> {
        T::merge_body(self, reader)
    }
}

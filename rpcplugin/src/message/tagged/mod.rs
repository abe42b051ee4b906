//! The tagged layout: the protobuf wire format, one id a field.
//!
//! Two questions. [`Tagged`] is asked of a value: what stands behind the key? `scalar` answers for numbers, `text` for
//! what has a length, the derive for messages. [`TaggedField`] is asked of a field, in `field`: how often may the value
//! come, and what if it does not? `wire` holds the grammar below both: keys, varints, and what to skip.

mod wire;
pub use wire::WireType;

mod field;
pub use field::TaggedField;

mod scalar;

mod text;

use bytes::Bytes;

use super::depth::Depth;
use super::reader::Reader;
use super::writer::Writer;
use super::{BinaryMessage, DecodeError, EncodeError};

/// A single value of a tagged message, without its key and without the length before it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be in a tagged message",
    label = "no protobuf type for this",
    note = "a tagged message holds `u32`, `u64`, `i32`, `i64`, `f32`, `f64`, `bool`, `String`, `Vec<u8>`, `bytes::Bytes`, and `Option<T>`, `Vec<T>`, `Box<T>` of these",
    note = "protobuf has no 8-, 16- or 128-bit numbers: write `u32` or `i32`, or `Vec<u8>` for 16 bytes",
    note = "another message can be in it if it is tagged too: `#[derive(BinaryMessage)]` with an id on every field"
)]
pub trait Tagged: Sized {
    /// What the key says about the bytes behind it. A [`Length`](WireType::Length) stands before the value, and is
    /// neither written nor read by it.
    const WIRE: WireType;

    /// The value of a field that is not there.
    fn absent() -> Self;

    /// The bytes that this value takes.
    fn body_len(&self, depth: Depth) -> usize;

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
    fn write_body(&self, writer: &mut Writer) -> Result<(), EncodeError>;

    /// Reads a value into this one: a message takes over the fields that are there, anything else is replaced.
    /// Behind a length, it is everything that the reader holds.
    ///
    /// # Errors
    ///
    /// If the next bytes are no such value.
    fn merge_body(&mut self, reader: &mut Reader<'_>) -> Result<(), DecodeError>;
}

impl<T: Tagged> Tagged for Box<T> {
    const WIRE: WireType = T::WIRE;

    fn absent() -> Self {
        Self::new(T::absent())
    }

    fn body_len(&self, depth: Depth) -> usize {
        T::body_len(self, depth)
    }

    fn is_absent(&self, body_len: usize) -> bool {
        T::is_absent(self, body_len)
    }

    fn write_body(&self, writer: &mut Writer) -> Result<(), EncodeError> {
        T::write_body(self, writer)
    }

    fn merge_body(&mut self, reader: &mut Reader<'_>) -> Result<(), DecodeError> {
        T::merge_body(self, reader)
    }
}

/// See [`Message::encoded_len`](super::Message::encoded_len).
#[must_use]
pub fn tagged_len<T: Tagged>(message: &T) -> usize {
    message.body_len(Depth::TOP)
}

/// See [`Message::encode`](super::Message::encode).
///
/// # Errors
///
/// If the message does not fit its layout.
pub fn encode_tagged<T: Tagged + BinaryMessage>(message: &T) -> Result<Bytes, EncodeError> {
    let write = || {
        let mut writer = Writer::with_length(tagged_len(message))?;
        message.write_body(&mut writer)?;
        Ok(writer.finish())
    };
    write().map_err(|error: EncodeError| error.of_type(T::NAME))
}

/// See [`Message::decode`](super::Message::decode).
///
/// # Errors
///
/// If the bytes are not such a message.
pub fn decode_tagged<T: Tagged + BinaryMessage>(bytes: &Bytes) -> Result<T, DecodeError> {
    let mut message = T::absent();
    match message.merge_body(&mut Reader::new(bytes)) {
        Ok(()) => Ok(message),
        Err(error) => Err(error.of_type(T::NAME)),
    }
}

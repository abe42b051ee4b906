use bytes::{Bytes, BytesMut};

use super::depth::Depth;
use super::packed::{Fixed, Outermost, Packed, get_whole};
use super::reader::Reader;
use super::schema::MessageSchema;
use super::tagged::Tagged;
use super::writer::Writer;
use super::{DecodeError, DecodeErrorKind, EncodeError, EncodeErrorKind};
use crate::limits::{DECODE_MEMORY_FACTOR_DEFAULT, MESSAGE_BYTES_DEFAULT};

/// A message whose layout stands in its Rust type: what
/// [`#[derive(BinaryMessage)]`](derive@crate::BinaryMessage) writes. The layouts and all keys are described there.
///
/// The functions here encode into memory of the caller and decode from any bytes, a type with a lifetime without a copy.
/// What travels over a wire goes through [`Message`](crate::Message).
///
/// # Examples
///
/// ```
/// use rpcplugin::BinaryMessage;
///
/// #[derive(Debug, PartialEq, BinaryMessage)]
/// struct Tick {
///     price: f64,
///     size: u32,
/// }
///
/// // One buffer for many messages.
/// let mut buffer = Vec::new();
/// for size in 0..3 {
///     Tick { price: 1.5, size }.encode_append(&mut buffer)?;
/// }
/// assert_eq!(buffer.len(), 36);
/// assert_eq!(Tick::decode_slice(&buffer[12..24])?, Tick { price: 1.5, size: 1 });
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// This trait is implemented by the derive only.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no layout of its own",
    note = "derive it: `#[derive(rpcplugin::BinaryMessage)]` above `{Self}`"
)]
pub trait BinaryMessage: Sized {
    /// The type's name, as errors say it.
    const NAME: &'static str;

    /// How the fields lie in the bytes.
    const LAYOUT: Layout;

    /// The type as data: names, ids, layout and documentation.
    const SCHEMA: &'static MessageSchema;

    /// How many times its bytes a value may take in memory; beyond it, the bytes are refused.
    #[doc(hidden)]
    const MEMORY_FACTOR: usize = DECODE_MEMORY_FACTOR_DEFAULT;

    /// Whatever the derive adds here later is no break for anybody, because nobody else can write this.
    #[doc(hidden)]
    const DERIVED: Derived;

    /// The number of bytes that the encoded value has.
    fn encoded_size(&self) -> usize;

    /// Writes the value to a writer that has room for exactly its bytes.
    #[doc(hidden)]
    fn write_message(&self, writer: &mut Writer<'_>) -> Result<(), EncodeError>;

    /// Writes the value to the front of a buffer; returns how many bytes it took. Nothing is allocated.
    ///
    /// # Errors
    ///
    /// If the buffer is shorter than [`encoded_size`](Self::encoded_size), or the value does not fit its layout. What the
    /// buffer holds then is not specified.
    #[inline]
    fn encode_to_slice(&self, buffer: &mut [u8]) -> Result<usize, EncodeError> {
        // To measure the value first takes a good part of the time, and is needed only to say why it is refused.
        let found = buffer.len();
        let mut writer = Writer::unmeasured(buffer);
        if self.write_message(&mut writer).is_ok()
            && let Some(written) = writer.written(found, Self::MEMORY_FACTOR)
        {
            return Ok(written);
        }
        encode_measured(self, buffer)
    }

    /// Appends the value to a buffer, which can be cleared and used again; returns how many bytes it took.
    /// After an error the buffer is as it was.
    ///
    /// # Errors
    ///
    /// If the value does not fit its layout, or there is no memory for it.
    fn encode_append(&self, buffer: &mut Vec<u8>) -> Result<usize, EncodeError> {
        let (start, length) = (buffer.len(), self.encoded_size());
        buffer.try_reserve(length).map_err(|_| no_memory::<Self>(length))?;
        buffer.resize(start.saturating_add(length), 0);
        let written = fill(self, buffer.get_mut(start..).unwrap_or_default());
        if written.is_err() {
            buffer.truncate(start);
        }
        written.map(|()| length)
    }

    /// The value's bytes, in memory of their own.
    ///
    /// # Errors
    ///
    /// If the value does not fit its layout, or there is no memory for it.
    fn encode_to_vec(&self) -> Result<Vec<u8>, EncodeError> {
        let length = self.encoded_size();
        // Memory of zeros takes longer to get than other memory: a small message is written first, and copied into it.
        let mut small;
        let mut large = Vec::new();
        let place = if length <= SMALL_BYTES {
            small = [0; SMALL_BYTES];
            small.get_mut(..length).unwrap_or_default()
        } else {
            large = zeros(length).ok_or_else(|| no_memory::<Self>(length))?;
            large.as_mut_slice()
        };
        fill(self, place)?;
        Ok(if length <= SMALL_BYTES { place.to_vec() } else { large })
    }

    /// The value that these bytes are. They are the whole message. A type with a lifetime borrows from them; a type that
    /// owns its fields copies what it needs.
    ///
    /// # Errors
    ///
    /// If the bytes are not a value of this type. The error says where, what was expected and what was found.
    #[inline]
    fn decode_slice<'a>(bytes: &'a [u8]) -> Result<Self, DecodeError>
    where
        Self: DecodeFrom<'a>,
    {
        Self::decode_from(bytes)
    }
}

/// A [`BinaryMessage`] that can be read from bytes that live for `'a`: any bytes for a type that owns its fields, those
/// that outlive its lifetime for a type that borrows.
///
/// # Examples
///
/// ```
/// use rpcplugin::BinaryMessage;
///
/// #[derive(BinaryMessage)]
/// struct Line<'a> {
///     number: u32,
///     text: &'a str,
/// }
///
/// let bytes = Line { number: 7, text: "hello" }.encode_to_vec()?;
/// let line = Line::decode_slice(&bytes)?;
/// // No copy: the text lies in the message.
/// assert!(bytes.as_ptr_range().contains(&line.text.as_ptr()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// This trait is implemented by the derive only.
pub trait DecodeFrom<'a>: BinaryMessage {
    /// Reads the outermost message: everything that the reader holds.
    #[doc(hidden)]
    fn read_message(reader: &mut Reader<'a>) -> Result<Self, DecodeError>;

    /// The same from bytes that are not shared; a fixed message needs no reader for that.
    #[doc(hidden)]
    #[inline]
    fn decode_from(bytes: &'a [u8]) -> Result<Self, DecodeError> {
        let mut reader = Reader::new(bytes, Self::MEMORY_FACTOR);
        match Self::read_message(&mut reader) {
            Ok(message) => Ok(message),
            Err(error) => Err(error.of_type(Self::NAME)),
        }
    }
}

/// A fixed message from exactly its bytes.
///
/// # Errors
///
/// If there are more or fewer bytes, or they are no value.
#[inline]
pub fn decode_fixed<'a, T: BinaryMessage + Fixed<'a>>(bytes: &'a [u8]) -> Result<T, DecodeError> {
    if bytes.len() != T::BYTES {
        return Err(other_length(T::BYTES, bytes.len()).of_type(T::NAME));
    }
    match T::check::<Outermost>(bytes) {
        Ok(()) => Ok(get_whole::<T, Outermost>(bytes)),
        Err(error) => Err(error.of_type(T::NAME)),
    }
}

/// For a fixed message of another length.
#[cold]
pub(super) fn other_length(expected: usize, found: usize) -> DecodeError {
    if found < expected {
        return DecodeError::at(0, DecodeErrorKind::Truncated { expected, found });
    }
    let found = found.saturating_sub(expected);
    DecodeError::at(expected, DecodeErrorKind::TrailingBytes { found })
}

/// See [`Message::encode`](super::Message::encode).
///
/// # Errors
///
/// If the message does not fit its layout.
pub fn encode<T: BinaryMessage>(message: &T) -> Result<Bytes, EncodeError> {
    message.encode_to_vec().map(Bytes::from)
}

/// See [`Message::encode_into`](super::Message::encode_into).
///
/// # Errors
///
/// If the message does not fit its layout, or there is no memory for it.
#[inline]
pub fn encode_into<T: BinaryMessage>(message: &T, buffer: &mut BytesMut) -> Result<(), EncodeError> {
    let (start, length) = (buffer.len(), message.encoded_size());
    if length > MESSAGE_BYTES_DEFAULT {
        // The buffer cannot say that there is no memory for it.
        buffer.extend_from_slice(&message.encode_to_vec()?);
        return Ok(());
    }
    let end = start.saturating_add(length);
    if length > SMALL_BYTES {
        buffer.resize(end, 0);
        return fill(message, buffer.get_mut(start..).unwrap_or_default());
    }
    // So many zeros whatever the length are no call.
    buffer.extend_from_slice(&[0; SMALL_BYTES]);
    let written = fill(message, buffer.get_mut(start..end).unwrap_or_default());
    buffer.truncate(end);
    written
}

/// See [`Message::decode`](super::Message::decode).
///
/// # Errors
///
/// If the bytes are not exactly one such message.
pub fn decode<T: for<'a> DecodeFrom<'a>>(bytes: &Bytes) -> Result<T, DecodeError> {
    T::read_message(&mut Reader::sharing(bytes, T::MEMORY_FACTOR)).map_err(|error| error.of_type(T::NAME))
}

/// See [`Message::decode_first`](super::Message::decode_first).
///
/// # Errors
///
/// If the bytes are not exactly one such message.
///
/// # Panics
///
/// If there are fewer bytes.
#[inline]
pub fn decode_first<T: for<'a> DecodeFrom<'a>>(bytes: &Bytes, length: usize) -> Result<T, DecodeError> {
    let (first, _) = bytes.split_at(length);
    T::read_message(&mut Reader::part_of(first, bytes, T::MEMORY_FACTOR))
        .map_err(|error| error.of_type(T::NAME))
}

/// The value of a packed message, which is everything that the reader holds.
///
/// # Errors
///
/// If the bytes are not exactly one such message.
#[inline(always)]
pub fn read_packed<'a, T: Packed<'a>>(reader: &mut Reader<'a>) -> Result<T, DecodeError> {
    T::read_to_end::<Outermost>(reader, Reader::end)
}

/// The value of a tagged message, which is everything that the reader holds.
///
/// # Errors
///
/// If the bytes are not such a message.
#[inline(always)]
pub fn read_tagged<'a, T: Tagged<'a>>(reader: &mut Reader<'a>) -> Result<T, DecodeError> {
    let mut message = T::absent();
    message.merge_body(reader)?;
    message.check_whole(Depth::TOP)?;
    Ok(message)
}

/// The length of a packed message.
#[inline]
pub fn packed_len<T: Packed<'static>>(message: &T) -> usize {
    message.packed_len::<Outermost>(Depth::TOP)
}

/// Writes a packed message.
///
/// # Errors
///
/// If the message does not fit its layout.
#[inline(always)]
pub fn write_packed<T: Packed<'static>>(message: &T, writer: &mut Writer<'_>) -> Result<(), EncodeError> {
    message.write::<Outermost>(writer)
}

/// Writes a tagged message.
///
/// # Errors
///
/// If the message does not fit its layout.
#[inline(always)]
pub fn write_tagged<T: Tagged<'static>>(message: &T, writer: &mut Writer<'_>) -> Result<(), EncodeError> {
    message.check_whole(Depth::TOP)?;
    message.write_body(writer)
}

/// The description of a message, as a function: a message may hold itself.
#[must_use]
pub fn schema_of<T: BinaryMessage>() -> &'static MessageSchema {
    T::SCHEMA
}

/// What describes itself and is no message: a `oneof`.
pub trait Described {
    /// The type as data.
    const SCHEMA: &'static MessageSchema;
}

/// The description of what is no message, as a function.
#[must_use]
pub fn description_of<T: Described>() -> &'static MessageSchema {
    T::SCHEMA
}

/// The length of a tagged message.
#[inline]
pub fn tagged_len<T: Tagged<'static>>(message: &T) -> usize {
    message.body_len(Depth::TOP)
}

/// As [`BinaryMessage::encode_to_slice`], in two steps, so that an error says what is needed.
#[cold]
fn encode_measured<T: BinaryMessage>(message: &T, buffer: &mut [u8]) -> Result<usize, EncodeError> {
    let (needed, found) = (message.encoded_size(), buffer.len());
    let Some((place, _)) = buffer.split_at_mut_checked(needed) else {
        return Err(EncodeError::new(EncodeErrorKind::Buffer { needed, found }).of_type(T::NAME));
    };
    fill(message, place)?;
    Ok(needed)
}

#[inline]
fn fill<T: BinaryMessage>(message: &T, place: &mut [u8]) -> Result<(), EncodeError> {
    let mut writer = Writer::new(place, T::MEMORY_FACTOR);
    match message.write_message(&mut writer) {
        Ok(()) => writer.finish(),
        Err(error) => Err(error),
    }
    .map_err(|error| error.of_type(T::NAME))
}

/// A message up to this length is small.
const SMALL_BYTES: usize = 128;

/// So many zeros, if there is memory. Values may share memory (`Bytes`), so their length can exceed what there is.
fn zeros(length: usize) -> Option<Vec<u8>> {
    if length <= MESSAGE_BYTES_DEFAULT {
        // The system hands out large memory as zeros; this does not write them again.
        return Some(vec![0; length]);
    }
    let mut bytes = Vec::new();
    bytes.try_reserve_exact(length).ok()?;
    bytes.resize(length, 0);
    Some(bytes)
}

#[cold]
fn no_memory<T: BinaryMessage>(length: usize) -> EncodeError {
    EncodeError::new(EncodeErrorKind::Memory { length }).of_type(T::NAME)
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
    /// One of several messages, each packed, with a header that says which.
    Framed,
}

/// See [`BinaryMessage::DERIVED`].
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub struct Derived;

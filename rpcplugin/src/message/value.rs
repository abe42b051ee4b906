use bytes::{Bytes, BytesMut};

use super::{DecodeError, EncodeError, MessageSchema};

/// A value that travels between a host and a plugin.
///
/// It is implemented
/// - by `#[derive(BinaryMessage)]`, see [`BinaryMessage`](crate::BinaryMessage);
/// - for every prost message, and for the types that prost itself takes as messages: `()` is an empty message,
///   `String`, `Vec<u8>`, `bool` and the 32- and 64-bit numbers are protobuf's wrapper messages;
/// - by hand, for a type that has a codec of its own.
///
/// # Examples
///
/// ```
/// use rpcplugin::Message;
///
/// // The protobuf message `UInt32Value`: field 1, a varint.
/// let bytes = 150u32.encode()?;
/// assert_eq!(bytes[..], [0x08, 0x96, 0x01]);
/// assert_eq!(<u32 as Message>::decode(bytes)?, 150);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// By hand:
///
/// ```
/// use bytes::Bytes;
/// use rpcplugin::{DecodeError, EncodeError, Message};
///
/// struct Line(String);
///
/// impl Message for Line {
///     fn encoded_len(&self) -> usize {
///         self.0.len() + 1
///     }
///
///     fn encode(&self) -> Result<Bytes, EncodeError> {
///         if self.0.contains('\n') {
///             return Err(EncodeError::custom("Line", "a line holds no line break"));
///         }
///         Ok(Bytes::from(format!("{}\n", self.0)))
///     }
///
///     fn decode(bytes: Bytes) -> Result<Self, DecodeError> {
///         let text = std::str::from_utf8(&bytes).map_err(|_| DecodeError::custom("Line", "not UTF-8"))?;
///         let line = text.strip_suffix('\n').ok_or_else(|| DecodeError::custom("Line", "no line break at the end"))?;
///         Ok(Self(line.to_owned()))
///     }
/// }
///
/// assert_eq!(Line("a".into()).encode()?, "a\n");
/// assert!(Line::decode(Bytes::from("a")).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a message",
    label = "the wires cannot carry this",
    note = "derive it: `#[derive(rpcplugin::BinaryMessage)]`; a type that is not your own goes into a struct that is",
    note = "or use a type that prost generated from a `.proto`",
    note = "or implement `rpcplugin::Message` by hand"
)]
pub trait Message: Sized + Send + 'static {
    /// What is known of the layout: [`BinaryMessage::SCHEMA`](crate::BinaryMessage::SCHEMA) of a type that has it.
    ///
    /// `None` for a prost type, and for one with a codec of its own. A type that travels as another one may say the other's.
    /// It stands in the table of every contract with such a message, [`MethodSpec::request`](crate::MethodSpec), so that
    /// two sides can compare the layouts that they were built with.
    ///
    /// # Examples
    ///
    /// ```
    /// use rpcplugin::{BinaryMessage, Message};
    ///
    /// #[derive(BinaryMessage)]
    /// struct Reading {
    ///     celsius: f32,
    /// }
    ///
    /// assert_eq!(Reading::KNOWN_SCHEMA.unwrap().name, "Reading");
    /// assert!(<u32 as Message>::KNOWN_SCHEMA.is_none());
    /// ```
    const KNOWN_SCHEMA: Option<&'static MessageSchema> = None;

    /// The number of bytes that [`encode`](Self::encode) returns.
    fn encoded_len(&self) -> usize;

    /// The bytes of this value.
    ///
    /// # Errors
    ///
    /// If the value does not fit its layout: a string over the 4 GiB that a length prefix can say, or messages nested
    /// deeper than every decoder follows.
    fn encode(&self) -> Result<Bytes, EncodeError>;

    /// Appends the bytes of this value to a buffer, and leaves alone what is there. After an error, what was appended is not
    /// specified.
    ///
    /// The small messages of a stream are written so, behind each other. As it stands it copies what [`encode`](Self::encode)
    /// returns; a type that can write without memory of its own does so here, as derived and prost types do.
    ///
    /// # Errors
    ///
    /// As [`encode`](Self::encode).
    ///
    /// # Examples
    ///
    /// ```
    /// use bytes::BytesMut;
    /// use rpcplugin::{BinaryMessage, Message};
    ///
    /// #[derive(BinaryMessage)]
    /// struct Tick {
    ///     size: u16,
    /// }
    ///
    /// let mut buffer = BytesMut::from(&b"before"[..]);
    /// Tick { size: 7 }.encode_into(&mut buffer)?;
    /// assert_eq!(buffer, &b"before\x07\0"[..]);
    /// # Ok::<(), rpcplugin::EncodeError>(())
    /// ```
    fn encode_into(&self, buffer: &mut BytesMut) -> Result<(), EncodeError> {
        buffer.extend_from_slice(&self.encode()?);
        Ok(())
    }

    /// The value that these bytes are. They are the whole message: what is left over is an error, where the layout can
    /// tell.
    ///
    /// # Errors
    ///
    /// If the bytes are not a value of this type. The error says where, what was expected and what was found.
    fn decode(bytes: Bytes) -> Result<Self, DecodeError>;

    /// The value that the first `length` of these bytes are, where others may stand behind it.
    ///
    /// The small messages of a stream are read so. As it stands it hands [`decode`](Self::decode) a part of the bytes; derived
    /// types read them where they lie.
    ///
    /// # Errors
    ///
    /// As [`decode`](Self::decode).
    ///
    /// # Panics
    ///
    /// If there are fewer bytes.
    ///
    /// # Examples
    ///
    /// ```
    /// use bytes::Bytes;
    /// use rpcplugin::{BinaryMessage, Message};
    ///
    /// #[derive(BinaryMessage)]
    /// struct Tick {
    ///     size: u16,
    /// }
    ///
    /// let bytes = Bytes::from_static(b"\x07\0behind");
    /// assert_eq!(Tick::decode_first(&bytes, 2)?.size, 7);
    /// # Ok::<(), rpcplugin::DecodeError>(())
    /// ```
    fn decode_first(bytes: &Bytes, length: usize) -> Result<Self, DecodeError> {
        Self::decode(bytes.slice(..length))
    }
}

#[diagnostic::do_not_recommend]
impl<T: prost::Message + Default + 'static> Message for T {
    fn encoded_len(&self) -> usize {
        prost::Message::encoded_len(self)
    }

    fn encode(&self) -> Result<Bytes, EncodeError> {
        Ok(Bytes::from(self.encode_to_vec()))
    }

    fn encode_into(&self, buffer: &mut BytesMut) -> Result<(), EncodeError> {
        prost::Message::encode(self, buffer)
            .map_err(|error| EncodeError::custom(short_name::<T>(), error.to_string()))
    }

    fn decode(bytes: Bytes) -> Result<Self, DecodeError> {
        <T as prost::Message>::decode(bytes).map_err(|error| DecodeError::protobuf(short_name::<T>(), &error))
    }
}

/// The type's name without its path.
fn short_name<T>() -> &'static str {
    let name = std::any::type_name::<T>();
    // Of `Vec<a::B>` the path cannot be cut off at the last `::`.
    if name.contains('<') { name } else { name.rsplit("::").next().unwrap_or(name) }
}

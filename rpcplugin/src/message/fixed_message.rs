use std::marker::PhantomData;
use std::slice::ChunksExact;

use super::binary::other_length;
use super::depth::Depth;
use super::packed::{Fixed, Format, Outermost, Packed, Prefix, check_fixed_run};
use super::reader::Reader;
use super::schema::TypeSchema;
use super::writer::Writer;
use super::{BinaryMessage, DecodeError, EncodeError};

/// A message whose values always take the same number of bytes, and can be read where they lie:
/// `#[derive(BinaryMessage)]` with `#[binary(fixed)]`.
///
/// The derive writes a type `..View` beside the message, with a function for each field. A view is two words; a field is
/// read from the bytes when its function is called, in its byte order, wherever in memory the bytes lie.
///
/// # Examples
///
/// ```
/// use rpcplugin::{BinaryMessage, FixedMessage};
///
/// #[derive(BinaryMessage)]
/// #[binary(fixed, endian = "big")]
/// struct Tick {
///     instrument: u32,
///     price: f64,
/// }
///
/// let mut bytes = Vec::new();
/// for instrument in 0..3 {
///     Tick { instrument, price: 1.5 }.encode_append(&mut bytes)?;
/// }
/// assert_eq!(Tick::BYTES, 12);
///
/// // One message in place.
/// let tick = Tick::view(&bytes[..12])?;
/// assert_eq!((tick.instrument(), tick.price()), (0, 1.5));
///
/// // A run of them, without a copy.
/// let ticks = Tick::views(&bytes)?;
/// assert_eq!(ticks.len(), 3);
/// assert_eq!(ticks.iter().map(|tick| tick.instrument()).sum::<u32>(), 3);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// This trait is implemented by the derive only.
pub trait FixedMessage: BinaryMessage {
    /// The number of bytes of every value.
    const BYTES: usize;

    /// Shows the fields of a value in its bytes.
    type View<'a>;

    /// The view of bytes that passed [`check_bytes`](Self::check_bytes).
    #[doc(hidden)]
    fn view_of(bytes: &[u8]) -> Self::View<'_>;

    /// Whether these bytes, of any number, are a run of values.
    #[doc(hidden)]
    fn check_bytes(bytes: &[u8]) -> Result<(), DecodeError>;

    /// A value in its bytes.
    ///
    /// # Errors
    ///
    /// If there are not exactly [`BYTES`](Self::BYTES) bytes, or they are no value: a `bool` of 2, for example.
    #[inline]
    fn view(bytes: &[u8]) -> Result<Self::View<'_>, DecodeError> {
        let (expected, found) = (Self::BYTES, bytes.len());
        if found != expected {
            return Err(other_length(expected, found).of_type(Self::NAME));
        }
        Self::check_bytes(bytes)?;
        Ok(Self::view_of(bytes))
    }

    /// A run of values in their bytes.
    ///
    /// # Errors
    ///
    /// If the bytes are no whole number of values, or one of them is none; the error says which.
    fn views(bytes: &[u8]) -> Result<Views<'_, Self>, DecodeError> {
        const { assert!(Self::BYTES > 0, "a run of messages without bytes has no length: count them instead") };
        Self::check_bytes(bytes)?;
        Ok(Views { bytes, message: PhantomData })
    }
}

/// Checks bytes that are to be viewed.
///
/// # Errors
///
/// If they are no run of values.
#[inline]
pub fn check_view<T: BinaryMessage + for<'a> Fixed<'a>>(bytes: &[u8]) -> Result<(), DecodeError> {
    check_fixed_run::<T, Outermost>(bytes).map_err(|error| error.of_type(T::NAME))
}

/// A run of [`FixedMessage`]s in their bytes, like a slice of them. Made by [`FixedMessage::views`], or the field of a
/// packed message that borrows.
///
/// # Examples
///
/// ```
/// use rpcplugin::{BinaryMessage, Views};
///
/// #[derive(BinaryMessage)]
/// #[binary(fixed)]
/// struct Level {
///     price: f64,
///     size: u32,
/// }
///
/// #[derive(BinaryMessage)]
/// struct Book {
///     levels: Vec<Level>,
/// }
///
/// // The same bytes, read without a copy.
/// #[derive(BinaryMessage)]
/// struct BookView<'a> {
///     levels: Views<'a, Level>,
/// }
///
/// let bytes = Book { levels: vec![Level { price: 1.5, size: 7 }] }.encode_to_vec()?;
/// let book = BookView::decode_slice(&bytes)?;
/// assert_eq!(book.levels.len(), 1);
/// assert_eq!(book.levels.iter().map(|level| level.size()).sum::<u32>(), 7);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Views<'a, T> {
    bytes: &'a [u8],
    message: PhantomData<fn() -> T>,
}

impl<'a, T: FixedMessage> Views<'a, T> {
    /// The number of values.
    #[must_use]
    #[inline]
    pub fn len(&self) -> usize {
        self.bytes.len().checked_div(T::BYTES).unwrap_or(0)
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// One of the values, counted from 0.
    #[must_use]
    #[inline]
    pub fn get(&self, index: usize) -> Option<T::View<'a>> {
        let start = index.checked_mul(T::BYTES)?;
        let bytes = self.bytes.get(start..)?.get(..T::BYTES).filter(|bytes| !bytes.is_empty())?;
        Some(T::view_of(bytes))
    }

    /// The values, one after the other.
    #[must_use]
    #[inline]
    pub fn iter(&self) -> ViewsIter<'a, T> {
        // A message without bytes has no values to show; chunks have at least one.
        ViewsIter { chunks: self.bytes.chunks_exact(T::BYTES.max(1)), message: PhantomData }
    }

    /// The bytes of all values.
    #[must_use]
    pub fn as_bytes(&self) -> &'a [u8] {
        self.bytes
    }
}

impl<T> Clone for Views<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Views<'_, T> {}

impl<T> std::fmt::Debug for Views<'_, T> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_tuple("Views").field(&self.bytes).finish()
    }
}

/// Two runs are equal if their bytes are.
impl<T> PartialEq for Views<'_, T> {
    fn eq(&self, other: &Self) -> bool {
        self.bytes == other.bytes
    }
}

impl<T> Eq for Views<'_, T> {}

impl<'a, T: FixedMessage> IntoIterator for Views<'a, T> {
    type Item = T::View<'a>;
    type IntoIter = ViewsIter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// The values of a [`Views`], one after the other.
#[derive(Debug, Clone)]
pub struct ViewsIter<'a, T> {
    chunks: ChunksExact<'a, u8>,
    message: PhantomData<fn() -> T>,
}

impl<'a, T: FixedMessage> Iterator for ViewsIter<'a, T> {
    type Item = T::View<'a>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        self.chunks.next().map(T::view_of)
    }

    #[inline]
    fn size_hint(&self) -> (usize, Option<usize>) {
        self.chunks.size_hint()
    }
}

impl<T: FixedMessage> ExactSizeIterator for ViewsIter<'_, T> {}

/// A fixed message whose bytes are the same wherever it lies: any but a newtype.
pub trait OwnOrder {}

/// As a list of the values.
#[diagnostic::do_not_recommend]
impl<'de: 'a, 'a, T: FixedMessage + OwnOrder + for<'any> Fixed<'any>> Packed<'de> for Views<'a, T> {
    const SIZE: Option<usize> = None;
    const TYPE: TypeSchema = TypeSchema::List(<T as Packed<'static>>::TYPE_REF);

    #[inline]
    fn bytes_min<F: Format>() -> usize {
        <F::Prefix as Prefix>::BYTES
    }

    #[inline]
    fn packed_len<F: Format>(&self, _depth: Depth) -> usize {
        <F::Prefix as Prefix>::BYTES.saturating_add(self.bytes.len())
    }

    #[inline]
    fn write<F: Format>(&self, writer: &mut Writer<'_>) -> Result<(), EncodeError> {
        <F::Prefix as Prefix>::put::<F::Order>(self.len(), writer)?;
        writer.put(self.bytes)
    }

    #[inline]
    fn read<F: Format>(reader: &mut Reader<'de>) -> Result<Self, DecodeError> {
        let offset = reader.offset();
        const {
            assert!(
                <T as FixedMessage>::BYTES > 0,
                "a list of messages without bytes cannot be viewed: write `Vec`"
            )
        };
        let count = <F::Prefix as Prefix>::take::<F::Order>(reader)?;
        let size = <T as FixedMessage>::BYTES;
        reader.allow_items(count, size, offset)?;
        let bytes = reader.take(size.saturating_mul(count))?;
        match check_fixed_run::<T, Outermost>(bytes) {
            Ok(()) => Ok(Self { bytes, message: PhantomData }),
            Err(error) => Err(error.later_by(reader.offset().saturating_sub(bytes.len()))),
        }
    }
}

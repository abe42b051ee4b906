use super::depth::Depth;
use super::packed::{Format, Packed, length_bytes, put_length, take_length};
use super::reader::Reader;
use super::schema::TypeSchema;
use super::writer::Writer;
use super::{DecodeError, EncodeError};

/// A list in its bytes, whatever its items take: the field of a packed message that borrows, in the place of a `Vec`.
///
/// The items are checked when the message is decoded, and read again when they are asked for. So nothing is allocated for
/// the list, but one can only go through it from the front: whoever looks at the same item often is better off with a
/// `Vec`. For a list of fixed messages [`Views`](crate::Views) is better, which finds every item at once.
///
/// # Examples
///
/// ```
/// use rpcplugin::{BinaryMessage, Items};
///
/// #[derive(BinaryMessage)]
/// struct Tags {
///     tags: Vec<String>,
/// }
///
/// // The same bytes, read without a copy and without memory for the list.
/// #[derive(BinaryMessage)]
/// struct TagsView<'a> {
///     tags: Items<'a, &'a str>,
/// }
///
/// let bytes = Tags { tags: vec!["new".into(), "urgent".into()] }.encode_to_vec()?;
/// let view = TagsView::decode_slice(&bytes)?;
/// assert_eq!(view.tags.len(), 2);
/// assert!(view.tags.iter().any(|tag| tag == "urgent"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Items<'a, T> {
    bytes: &'a [u8],
    count: usize,
    /// Takes one item off the front, in the format of the message that holds the list.
    take: fn(&mut &'a [u8]) -> Option<T>,
}

impl<'a, T> Items<'a, T> {
    /// The number of items.
    #[must_use]
    #[inline]
    pub fn len(&self) -> usize {
        self.count
    }

    /// Whether there is none.
    #[must_use]
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The items, one after the other.
    #[must_use]
    #[inline]
    pub fn iter(&self) -> ItemsIter<'a, T> {
        ItemsIter { left: self.count, rest: self.bytes, take: self.take }
    }
}

impl<T> Clone for Items<'_, T> {
    #[inline]
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Items<'_, T> {}

impl<T: std::fmt::Debug> std::fmt::Debug for Items<'_, T> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_list().entries(self.iter()).finish()
    }
}

impl<T: PartialEq> PartialEq for Items<'_, T> {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl<T: Eq> Eq for Items<'_, T> {}

impl<'a, T> IntoIterator for Items<'a, T> {
    type Item = T;
    type IntoIter = ItemsIter<'a, T>;

    #[inline]
    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// The items of an [`Items`], one after the other.
pub struct ItemsIter<'a, T> {
    left: usize,
    rest: &'a [u8],
    take: fn(&mut &'a [u8]) -> Option<T>,
}

impl<T> Clone for ItemsIter<'_, T> {
    #[inline]
    fn clone(&self) -> Self {
        Self { ..*self }
    }
}

impl<T: std::fmt::Debug> std::fmt::Debug for ItemsIter<'_, T> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_list().entries(self.clone()).finish()
    }
}

impl<T> Iterator for ItemsIter<'_, T> {
    type Item = T;

    #[inline]
    fn next(&mut self) -> Option<T> {
        self.left = self.left.checked_sub(1)?;
        (self.take)(&mut self.rest)
    }

    #[inline]
    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }
}

impl<T> ExactSizeIterator for ItemsIter<'_, T> {}

/// As a list of the items.
#[diagnostic::do_not_recommend]
impl<'de: 'a, 'a, T: Packed<'a>> Packed<'de> for Items<'a, T> {
    const SIZE: Option<usize> = None;
    const TYPE: TypeSchema = TypeSchema::list(T::TYPE_REF);

    #[inline]
    fn bytes_min<F: Format>() -> usize {
        length_bytes::<F>()
    }

    fn packed_len<F: Format>(&self, depth: Depth) -> usize {
        self.iter().fold(length_bytes::<F>(), |sum, item| sum.saturating_add(item.packed_len::<F>(depth)))
    }

    /// Item by item: the list may have been read from a message of another format.
    fn write<F: Format>(&self, writer: &mut Writer<'_>) -> Result<(), EncodeError> {
        put_length::<F>(self.count, writer)?;
        if T::bytes_min::<F>() == 0 {
            writer.allow_items_without_bytes(self.count)?;
        }
        let write = |(index, item): (usize, T)| item.write::<F>(writer).map_err(|error| error.in_item(index));
        self.iter().enumerate().try_for_each(write)
    }

    #[inline(always)]
    fn read<F: Format>(reader: &mut Reader<'de>) -> Result<Self, DecodeError> {
        let offset = reader.offset();
        let count = take_length::<F>(reader)?;
        reader.allow_items(count, T::bytes_min::<F>(), offset)?;
        // A reader of its own, because the items live as long as the list, which may be less than the bytes do.
        let mut ahead: Reader<'a> = reader.clone();
        for index in 0..count {
            T::read::<F>(&mut ahead).map_err(|error| error.in_item(index))?;
        }
        let bytes = reader.follow(&ahead)?;
        Ok(Self { bytes, count, take: T::take_again::<F> })
    }
}

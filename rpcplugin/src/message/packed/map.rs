//! Maps and sets: a count, then the entries in ascending order of their keys.
//!
//! One order, so that a value has one encoding, and so that a key that came twice is seen at once. A set is a map whose
//! values take no bytes.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::hash::{BuildHasher, Hash};

use super::format::{length_bytes, put_length, take_length};
use super::{Format, Packed};
use crate::message::depth::Depth;
use crate::message::reader::Reader;
use crate::message::schema::TypeSchema;
use crate::message::writer::Writer;
use crate::message::{DecodeError, DecodeErrorKind, EncodeError};

macro_rules! packed_maps {
    ($(
        [$($generics:tt)*] $type:ty, $schema:expr, $key:ty, $value:ty;
        entries: $entries:expr; sorted: $sorted:expr; collect: $collect:expr;
    )*) => { $(
        #[diagnostic::do_not_recommend]
        impl<'a, $($generics)*> Packed<'a> for $type {
            const SIZE: Option<usize> = None;
            const TYPE: TypeSchema = $schema;

            // Not a word about the entries: a message may hold a map of itself.
            #[inline]
            fn bytes_min<F: Format>() -> usize {
                length_bytes::<F>()
            }

            #[inline]
            fn packed_len<F: Format>(&self, depth: Depth) -> usize {
                length_bytes::<F>().saturating_add(entries_len::<$key, $value, F>($entries(self), depth))
            }

            fn write<F: Format>(&self, writer: &mut Writer<'_>) -> Result<(), EncodeError> {
                write_entries::<$key, $value, F>($sorted(self), writer)
            }

            fn read<F: Format>(reader: &mut Reader<'a>) -> Result<Self, DecodeError> {
                let entries = read_entries::<$key, $value, F>(reader)?;
                Ok($collect(entries))
            }
        }
    )* };
}

packed_maps! {
    [K: Packed<'a> + Ord, V: Packed<'a>] BTreeMap<K, V>, TypeSchema::Map(K::TYPE_REF, V::TYPE_REF), K, V;
    entries: Self::iter;
    sorted: Self::iter;
    collect: Self::from_iter;

    [K: Packed<'a> + Ord + Hash, V: Packed<'a>, S: BuildHasher + Default]
    HashMap<K, V, S>, TypeSchema::Map(K::TYPE_REF, V::TYPE_REF), K, V;
    entries: Self::iter;
    sorted: |map| sorted(Self::iter(map));
    collect: Self::from_iter;

    [T: Packed<'a> + Ord] BTreeSet<T>, TypeSchema::Set(T::TYPE_REF), T, ();
    entries: |set| items(Self::iter(set));
    sorted: |set| items(Self::iter(set));
    collect: |entries| keys(entries).collect();

    [T: Packed<'a> + Ord + Hash, S: BuildHasher + Default] HashSet<T, S>, TypeSchema::Set(T::TYPE_REF), T, ();
    entries: |set| items(Self::iter(set));
    sorted: |set| sorted(items(Self::iter(set)));
    collect: |entries| keys(entries).collect();
}

/// The items of a set as the entries of a map.
#[inline]
fn items<'m, T: 'm>(
    items: impl ExactSizeIterator<Item = &'m T>,
) -> impl ExactSizeIterator<Item = (&'m T, &'m ())> {
    items.map(|item| (item, &()))
}

/// The items of a set from the entries of a map.
#[inline]
fn keys<T>(entries: Vec<(T, ())>) -> impl ExactSizeIterator<Item = T> {
    entries.into_iter().map(|(key, ())| key)
}

/// The entries of a map that keeps no order.
fn sorted<'m, K: Ord + 'm, V: 'm>(
    entries: impl ExactSizeIterator<Item = (&'m K, &'m V)>,
) -> impl ExactSizeIterator<Item = (&'m K, &'m V)> {
    let mut entries: Vec<_> = entries.collect();
    entries.sort_unstable_by_key(|(key, _)| *key);
    entries.into_iter()
}

#[inline]
fn entries_len<'m, 'a, K: Packed<'a> + 'm, V: Packed<'a> + 'm, F: Format>(
    entries: impl ExactSizeIterator<Item = (&'m K, &'m V)>,
    depth: Depth,
) -> usize {
    if let (Some(key), Some(value)) = (K::SIZE, V::SIZE) {
        return key.saturating_add(value).saturating_mul(entries.len());
    }
    entries.fold(0, |sum, (key, value)| {
        sum.saturating_add(key.packed_len::<F>(depth)).saturating_add(value.packed_len::<F>(depth))
    })
}

/// Writes entries whose keys are in ascending order.
fn write_entries<'m, 'a, K: Packed<'a> + 'm, V: Packed<'a> + 'm, F: Format>(
    entries: impl ExactSizeIterator<Item = (&'m K, &'m V)>,
    writer: &mut Writer<'_>,
) -> Result<(), EncodeError> {
    put_length::<F>(entries.len(), writer)?;
    if entry_bytes_min::<K, V, F>() == 0 {
        writer.allow_items_without_bytes(entries.len())?;
    }
    writer.spend::<(K, V)>(entries.len())?;
    for (index, (key, value)) in entries.enumerate() {
        key.write::<F>(writer)
            .and_then(|()| value.write::<F>(writer))
            .map_err(|error| error.in_item(index))?;
    }
    Ok(())
}

/// Reads entries. The map is made of them when all are there: then its size is known, and was paid for with bytes.
fn read_entries<'a, K: Packed<'a> + Ord, V: Packed<'a>, F: Format>(
    reader: &mut Reader<'a>,
) -> Result<Vec<(K, V)>, DecodeError> {
    let offset = reader.offset();
    let count = take_length::<F>(reader)?;
    reader.allow_items(count, entry_bytes_min::<K, V, F>(), offset)?;
    let mut entries = reader.list_for(count);
    for index in 0..count {
        let entry = read_entry::<K, V, F>(entries.last(), reader).map_err(|error| error.in_item(index))?;
        entries.push(entry);
    }
    Ok(entries)
}

#[inline]
fn read_entry<'a, K: Packed<'a> + Ord, V: Packed<'a>, F: Format>(
    before: Option<&(K, V)>,
    reader: &mut Reader<'a>,
) -> Result<(K, V), DecodeError> {
    reader.spend(size_of::<(K, V)>())?;
    let offset = reader.offset();
    let key = K::read::<F>(reader)?;
    if before.is_some_and(|(before, _)| before.cmp(&key).is_ge()) {
        return Err(DecodeError::at(offset, DecodeErrorKind::KeyOrder));
    }
    Ok((key, V::read::<F>(reader)?))
}

/// The fewest bytes that an entry takes.
#[inline]
fn entry_bytes_min<'a, K: Packed<'a>, V: Packed<'a>, F: Format>() -> usize {
    K::bytes_min::<F>().saturating_add(V::bytes_min::<F>())
}

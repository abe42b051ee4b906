//! Lists and sets: protobuf's `repeated`. Numbers are written one behind the other, with one key before them all.

use std::collections::{BTreeSet, HashSet};
use std::hash::{BuildHasher, Hash};

use super::field::{is_number, merge_value, prefixed_len, write_value};
use super::wire::{delimited_len, key_len};
use super::{Tagged, TaggedField, WireType};
use crate::message::depth::Depth;
use crate::message::reader::Reader;
use crate::message::refusal::{Order, Refusal};
use crate::message::schema::TypeSchema;
use crate::message::writer::Writer;
use crate::message::{DecodeError, EncodeError};

#[diagnostic::do_not_recommend]
impl<'a, const E: u8, T: Tagged<'a, E>> TaggedField<'a, E> for Vec<T> {
    const TYPE: TypeSchema = TypeSchema::List(T::TYPE_REF);

    #[inline]
    fn absent() -> Self {
        Self::new()
    }

    #[inline]
    fn check_whole(&self, name: &'static str, depth: Depth) -> Result<(), Refusal> {
        check_items::<E, T>(self.iter(), Order::Kept, name, depth)
    }

    #[inline]
    fn field_len(&self, id: u32, depth: Depth) -> usize {
        items_len::<E, T>(self.iter(), id, depth)
    }

    #[inline]
    fn write_field(&self, name: &'static str, id: u32, writer: &mut Writer<'_>) -> Result<(), EncodeError> {
        write_items::<E, T>(self.iter(), id, writer).map_err(|error| error.in_field(name))
    }

    #[inline]
    fn merge_field(
        &mut self,
        name: &'static str,
        wire: WireType,
        reader: &mut Reader<'a>,
    ) -> Result<(), DecodeError> {
        // Numbers come packed, or one by one from a proto2 peer; both may alternate within one message.
        let merged = if is_number::<E, T>() && wire == WireType::Length {
            reader.delimited(|reader| merge_packed(self, reader))
        } else {
            merge_item(self, wire, reader)
        };
        merged.map_err(|error| error.in_field(name))
    }
}

macro_rules! tagged_sets {
    ($([$($bounds:tt)*] $set:ty, $order:ident, $sorted:expr;)*) => { $(
        #[diagnostic::do_not_recommend]
        impl<'a, const E: u8, $($bounds)*> TaggedField<'a, E> for $set {
            const TYPE: TypeSchema = TypeSchema::Set(T::TYPE_REF);

            #[inline]
            fn absent() -> Self {
                Self::default()
            }

            #[inline]
            fn check_whole(&self, name: &'static str, depth: Depth) -> Result<(), Refusal> {
                check_items::<E, T>(self.iter(), Order::$order, name, depth)
            }

            #[inline]
            fn field_len(&self, id: u32, depth: Depth) -> usize {
                items_len::<E, T>(self.iter(), id, depth)
            }

            fn write_field(
                &self,
                name: &'static str,
                id: u32,
                writer: &mut Writer<'_>,
            ) -> Result<(), EncodeError> {
                let items: Vec<&T> = $sorted(self.iter());
                write_items::<E, T>(items.into_iter(), id, writer).map_err(|error| error.in_field(name))
            }

            fn merge_field(
                &mut self,
                name: &'static str,
                wire: WireType,
                reader: &mut Reader<'a>,
            ) -> Result<(), DecodeError> {
                let insert = |item| {
                    self.insert(item);
                };
                merge_set::<E, T>(wire, reader, insert).map_err(|error| error.in_field(name))
            }
        }
    )* };
}

tagged_sets! {
    [T: Tagged<'a, E> + Ord] BTreeSet<T>, Kept, Iterator::collect;
    [T: Tagged<'a, E> + Ord + Hash, S: BuildHasher + Default] HashSet<T, S>, Random, |items| {
        let mut items = Vec::from_iter(items);
        items.sort_unstable();
        items
    };
}

fn check_items<'a, 'item, const E: u8, T: Tagged<'a, E> + 'item>(
    items: impl Iterator<Item = &'item T>,
    order: Order,
    name: &'static str,
    depth: Depth,
) -> Result<(), Refusal> {
    for (index, item) in items.enumerate() {
        item.check_whole(depth).map_err(|refusal| refusal.in_place(index, order).in_field(name))?;
    }
    Ok(())
}

fn items_len<'a, 'item, const E: u8, T: Tagged<'a, E> + 'item>(
    items: impl ExactSizeIterator<Item = &'item T>,
    id: u32,
    depth: Depth,
) -> usize {
    if items.len() == 0 {
        return 0;
    }
    let key = key_len(id);
    if is_number::<E, T>() {
        return key.saturating_add(delimited_len(bodies_len::<E, T>(items, depth)));
    }
    let len = |item: &T| key.saturating_add(prefixed_len::<E, T>(item.body_len(depth)));
    items.fold(0, |sum, item| sum.saturating_add(len(item)))
}

fn bodies_len<'a, 'item, const E: u8, T: Tagged<'a, E> + 'item>(
    items: impl Iterator<Item = &'item T>,
    depth: Depth,
) -> usize {
    items.fold(0, |sum, item| sum.saturating_add(item.body_len(depth)))
}

fn write_items<'a, 'item, const E: u8, T: Tagged<'a, E> + 'item>(
    mut items: impl ExactSizeIterator<Item = &'item T> + Clone,
    id: u32,
    writer: &mut Writer<'_>,
) -> Result<(), EncodeError> {
    writer.spend_bytes(item_memory::<E, T>().saturating_mul(items.len()))?;
    if !is_number::<E, T>() {
        for (index, item) in items.enumerate() {
            let body_len = item.body_len(writer.depth());
            write_value(item, body_len, id, writer).map_err(|error| error.in_item(index))?;
        }
        return Ok(());
    }
    if items.len() == 0 {
        return Ok(());
    }
    writer.put_key(id, WireType::Length)?;
    writer.put_length(bodies_len::<E, T>(items.clone(), writer.depth()))?;
    items.try_for_each(|item| item.write_body(writer))
}

#[inline]
fn merge_item<'a, const E: u8, T: Tagged<'a, E>>(
    items: &mut Vec<T>,
    wire: WireType,
    reader: &mut Reader<'a>,
) -> Result<(), DecodeError> {
    if items.capacity() == 0 && !is_number::<E, T>() {
        *items = reader.list_for(items_ahead(reader.rest()));
    }
    reader.spend(item_memory::<E, T>())?;
    let index = items.len();
    // Read in its place: a message that is read first and pushed then is copied.
    items.push(T::absent());
    let Some(item) = items.last_mut() else { return Ok(()) };
    merge_value(item, wire, reader).map_err(|error| error.in_item(index))
}

/// The memory of an item, in bytes.
#[inline]
const fn item_memory<'a, const E: u8, T: Tagged<'a, E>>() -> usize {
    size_of::<T>().saturating_add(T::ABSENT_BYTES)
}

/// How many items a list will have, as far as it is seen from before the length of the first one: as many short ones as
/// follow one another. Without the guess, a list of five items takes memory three times.
///
/// The ones that follow may be of another field; what is reserved for them is bounded by [`Reader::list_for`].
fn items_ahead(bytes: &[u8]) -> usize {
    let Some([key, ..]) = behind_short_item(bytes) else { return 1 };
    let mut count = 1;
    let mut rest = behind_short_item(bytes);
    while let Some([next, behind @ ..]) = rest
        && next == key
        && count < ITEMS_AHEAD_MAX
    {
        count += 1;
        rest = behind_short_item(behind);
    }
    count
}

/// What follows an item whose length takes one byte.
fn behind_short_item(bytes: &[u8]) -> Option<&[u8]> {
    match bytes {
        [length @ ..0x80, behind @ ..] => behind.get(usize::from(*length)..),
        _ => None,
    }
}

fn merge_packed<'a, const E: u8, T: Tagged<'a, E>>(
    items: &mut Vec<T>,
    reader: &mut Reader<'a>,
) -> Result<(), DecodeError> {
    match T::WIRE {
        // As much memory as there are bytes. A varint may be one byte, so a list of them grows as they come.
        WireType::Fixed32 => items.reserve(reader.remaining() / 4),
        WireType::Fixed64 => items.reserve(reader.remaining() / 8),
        _ => {}
    }
    while reader.remaining() > 0 {
        merge_item(items, T::WIRE, reader)?;
    }
    Ok(())
}

fn merge_set<'a, const E: u8, T: Tagged<'a, E>>(
    wire: WireType,
    reader: &mut Reader<'a>,
    mut insert: impl FnMut(T),
) -> Result<(), DecodeError> {
    let mut merge_one = |wire, reader: &mut Reader<'a>| {
        reader.spend(item_memory::<E, T>())?;
        let mut item = T::absent();
        merge_value(&mut item, wire, reader)?;
        insert(item);
        Ok(())
    };
    if !is_number::<E, T>() || wire != WireType::Length {
        return merge_one(wire, reader);
    }
    reader.delimited(|reader| {
        while reader.remaining() > 0 {
            merge_one(T::WIRE, reader)?;
        }
        Ok(())
    })
}

/// How far ahead the items of a list are counted. Longer lists take memory again at 64, 128 and so on, which is seldom.
const ITEMS_AHEAD_MAX: usize = 32;

//! Maps: protobuf's `map<K, V>`, which is a repeated message `{ K key = 1; V value = 2; }`.

use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasher, Hash};

use super::wire::{delimited_len, key_len};
use super::{Tagged, TaggedField, WireType};
use crate::message::depth::{Depth, total};
use crate::message::reader::Reader;
use crate::message::refusal::{Order, Refusal};
use crate::message::schema::TypeSchema;
use crate::message::writer::Writer;
use crate::message::{DecodeError, DecodeErrorKind, EncodeError};

/// What may be the key of a map in a tagged message.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the key of a map in a tagged message",
    label = "no protobuf map has such keys",
    note = "keys are `i32`, `i64`, `u32`, `u64`, `bool`, `String` or `&str`: protobuf has no floats, bytes or messages as keys",
    note = "a list holds any pair: put key and value into a message of its own and write `Vec<..>`"
)]
pub trait MapKey: Ord {}

macro_rules! map_keys {
    ($($key:ty),*) => { $(impl MapKey for $key {})* };
}

map_keys! { i32, i64, u32, u64, bool, String, &str }

macro_rules! tagged_maps {
    ($([$($bounds:tt)*] $map:ty, $order:ident, $write:expr;)*) => { $(
        #[diagnostic::do_not_recommend]
        impl<'a, $($bounds)*> TaggedField<'a> for $map {
            const TYPE: TypeSchema = TypeSchema::Map(K::TYPE_REF, V::TYPE_REF);

            #[inline]
            fn absent() -> Self {
                Self::default()
            }

            #[inline]
            fn check_whole(&self, name: &'static str, depth: Depth) -> Result<(), Refusal> {
                check_values(self.values(), Order::$order, name, depth)
            }

            fn field_len(&self, id: u32, depth: Depth) -> usize {
                let tag = key_len(id);
                self.iter().fold(0, |sum, (key, value)| {
                    let entry = delimited_len(entry_len(key, value, depth));
                    sum.saturating_add(tag).saturating_add(entry)
                })
            }

            fn write_field(
                &self,
                name: &'static str,
                id: u32,
                writer: &mut Writer<'_>,
            ) -> Result<(), EncodeError> {
                let mut entries = $write(self);
                entries
                    .try_for_each(|(key, value)| write_entry(key, value, id, writer))
                    .map_err(|error: EncodeError| error.in_field(name))
            }

            fn merge_field(
                &mut self,
                name: &'static str,
                wire: WireType,
                reader: &mut Reader<'a>,
            ) -> Result<(), DecodeError> {
                let (key, value) = read_entry(wire, reader).map_err(|error| error.in_field(name))?;
                self.insert(key, value);
                Ok(())
            }
        }
    )* };
}

tagged_maps! {
    [K: MapKey + Tagged<'a>, V: Tagged<'a>] BTreeMap<K, V>, Kept, Self::iter;
    [K: MapKey + Tagged<'a> + Hash, V: Tagged<'a>, S: BuildHasher + Default] HashMap<K, V, S>, Random, |map| {
        // So that a value has one encoding.
        let mut entries = Vec::from_iter(Self::iter(map));
        entries.sort_unstable_by_key(|(key, _)| *key);
        entries.into_iter()
    };
}

/// Keys are numbers and text, of which nothing is asked. An entry counts as a message.
fn check_values<'a, 'm, V: Tagged<'a> + 'm>(
    values: impl Iterator<Item = &'m V>,
    order: Order,
    name: &'static str,
    depth: Depth,
) -> Result<(), Refusal> {
    let mut values = values.enumerate();
    depth.check(|depth| {
        values.try_for_each(|(index, value)| {
            <V as TaggedField<'a>>::check_whole(value, VALUE, depth)
                .map_err(|refusal| refusal.in_place(index, order).in_field(name))
        })
    })
}

/// The memory of an entry, in bytes.
#[inline]
const fn entry_memory<'a, K: Tagged<'a>, V: Tagged<'a>>() -> usize {
    size_of::<(K, V)>()
        .saturating_add(<K as Tagged<'a>>::ABSENT_BYTES)
        .saturating_add(<V as Tagged<'a>>::ABSENT_BYTES)
}

fn entry_len<'a, K: Tagged<'a>, V: Tagged<'a>>(key: &K, value: &V, depth: Depth) -> usize {
    depth.measure(|depth| {
        let key = <K as TaggedField<'a>>::field_len(key, KEY_ID, depth);
        let value = <V as TaggedField<'a>>::field_len(value, VALUE_ID, depth);
        total([key, value])
    })
}

fn write_entry<'a, K: Tagged<'a>, V: Tagged<'a>>(
    key: &K,
    value: &V,
    id: u32,
    writer: &mut Writer<'_>,
) -> Result<(), EncodeError> {
    writer.spend_bytes(entry_memory::<K, V>())?;
    writer.put_key(id, WireType::Length)?;
    writer.put_length(entry_len(key, value, writer.depth()))?;
    writer.message(|writer| {
        <K as TaggedField<'a>>::write_field(key, KEY, KEY_ID, writer)?;
        <V as TaggedField<'a>>::write_field(value, VALUE, VALUE_ID, writer)
    })
}

fn read_entry<'a, K: Tagged<'a>, V: Tagged<'a>>(
    wire: WireType,
    reader: &mut Reader<'a>,
) -> Result<(K, V), DecodeError> {
    if wire != WireType::Length {
        return Err(reader.error(DecodeErrorKind::wire_type(WireType::Length, wire)));
    }
    reader.spend(entry_memory::<K, V>())?;
    let (mut key, mut value) = (K::absent(), V::absent());
    reader.delimited(|reader| {
        reader.fields(|reader, id, wire| match id {
            KEY_ID => <K as TaggedField<'a>>::merge_field(&mut key, KEY, wire, reader),
            VALUE_ID => <V as TaggedField<'a>>::merge_field(&mut value, VALUE, wire, reader),
            _ => reader.skip(id, wire),
        })
    })?;
    Ok((key, value))
}

const KEY: &str = "key";
const KEY_ID: u32 = 1;

const VALUE: &str = "value";
const VALUE_ID: u32 = 2;

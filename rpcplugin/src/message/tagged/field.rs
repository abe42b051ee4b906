//! A field: how often its value may come, and what it is when it does not.

use super::wire::{delimited_len, key_len};
use super::{Tagged, WireType};
use crate::message::depth::Depth;
use crate::message::reader::Reader;
use crate::message::writer::Writer;
use crate::message::{DecodeError, DecodeErrorKind, EncodeError};

/// A field of a tagged message: a value, an `Option` or a list of values.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be in a tagged message",
    label = "no protobuf type for this",
    note = "a tagged message holds `u32`, `u64`, `i32`, `i64`, `f32`, `f64`, `bool`, `String`, `Vec<u8>`, `bytes::Bytes`, and `Option<T>`, `Vec<T>`, `Box<T>` of these",
    note = "protobuf has no 8-, 16- or 128-bit numbers: write `u32` or `i32`, or `Vec<u8>` for 16 bytes",
    note = "protobuf has no list of lists and no list of options: put the inner one into a message of its own",
    note = "another message can be in it if it is tagged too: `#[derive(BinaryMessage)]` with an id on every field"
)]
pub trait TaggedField: Sized {
    /// The field of a message that does not have it.
    fn absent() -> Self;

    /// The bytes that this field takes, with its keys.
    fn field_len(&self, id: u32, depth: Depth) -> usize;

    /// Writes this field, with its keys.
    ///
    /// # Errors
    ///
    /// If a value does not fit.
    fn write_field(&self, name: &'static str, id: u32, writer: &mut Writer) -> Result<(), EncodeError>;

    /// Reads what stands behind one of this field's keys.
    ///
    /// # Errors
    ///
    /// If it is no value of this field.
    fn merge_field(
        &mut self,
        name: &'static str,
        wire: WireType,
        reader: &mut Reader<'_>,
    ) -> Result<(), DecodeError>;
}

#[diagnostic::do_not_recommend]
impl<T: Tagged> TaggedField for T {
    #[inline]
    fn absent() -> Self {
        T::absent()
    }

    #[inline]
    fn field_len(&self, id: u32, depth: Depth) -> usize {
        let body_len = self.body_len(depth);
        if self.is_absent(body_len) { 0 } else { key_len(id).saturating_add(prefixed_len::<T>(body_len)) }
    }

    #[inline]
    fn write_field(&self, name: &'static str, id: u32, writer: &mut Writer) -> Result<(), EncodeError> {
        let body_len = self.body_len(writer.depth());
        if self.is_absent(body_len) {
            return Ok(());
        }
        write_value(self, body_len, id, writer).map_err(|error| error.in_field(name))
    }

    #[inline]
    fn merge_field(
        &mut self,
        name: &'static str,
        wire: WireType,
        reader: &mut Reader<'_>,
    ) -> Result<(), DecodeError> {
        merge_value(self, wire, reader).map_err(|error| error.in_field(name))
    }
}

#[diagnostic::do_not_recommend]
impl<T: Tagged> TaggedField for Option<T> {
    #[inline]
    fn absent() -> Self {
        None
    }

    #[inline]
    fn field_len(&self, id: u32, depth: Depth) -> usize {
        let len = |value: &T| key_len(id).saturating_add(prefixed_len::<T>(value.body_len(depth)));
        self.as_ref().map_or(0, len)
    }

    #[inline]
    fn write_field(&self, name: &'static str, id: u32, writer: &mut Writer) -> Result<(), EncodeError> {
        let Some(value) = self else { return Ok(()) };
        let body_len = value.body_len(writer.depth());
        write_value(value, body_len, id, writer).map_err(|error| error.in_field(name))
    }

    #[inline]
    fn merge_field(
        &mut self,
        name: &'static str,
        wire: WireType,
        reader: &mut Reader<'_>,
    ) -> Result<(), DecodeError> {
        let value = self.get_or_insert_with(T::absent);
        merge_value(value, wire, reader).map_err(|error| error.in_field(name))
    }
}

#[diagnostic::do_not_recommend]
impl<T: Tagged> TaggedField for Vec<T> {
    #[inline]
    fn absent() -> Self {
        Self::new()
    }

    fn field_len(&self, id: u32, depth: Depth) -> usize {
        if self.is_empty() {
            return 0;
        }
        if is_number::<T>() {
            return key_len(id).saturating_add(delimited_len(bodies_len(self, depth)));
        }
        let key = key_len(id);
        let len = |item: &T| key.saturating_add(prefixed_len::<T>(item.body_len(depth)));
        self.iter().fold(0, |sum, item| sum.saturating_add(len(item)))
    }

    fn write_field(&self, name: &'static str, id: u32, writer: &mut Writer) -> Result<(), EncodeError> {
        if self.is_empty() {
            return Ok(());
        }
        let written =
            if is_number::<T>() { write_packed(self, id, writer) } else { write_items(self, id, writer) };
        written.map_err(|error| error.in_field(name))
    }

    fn merge_field(
        &mut self,
        name: &'static str,
        wire: WireType,
        reader: &mut Reader<'_>,
    ) -> Result<(), DecodeError> {
        // Numbers come packed, or one by one from a proto2 peer; both may alternate within one message.
        let merged = if is_number::<T>() && wire == WireType::Length {
            reader.delimited(|reader| merge_packed(self, reader))
        } else {
            merge_item(self, wire, reader)
        };
        merged.map_err(|error| error.in_field(name))
    }
}

fn write_value<T: Tagged>(
    value: &T,
    body_len: usize,
    id: u32,
    writer: &mut Writer,
) -> Result<(), EncodeError> {
    writer.put_key(id, T::WIRE);
    if !is_number::<T>() {
        writer.put_length(body_len)?;
    }
    value.write_body(writer)
}

fn write_items<T: Tagged>(items: &[T], id: u32, writer: &mut Writer) -> Result<(), EncodeError> {
    for (index, item) in items.iter().enumerate() {
        let body_len = item.body_len(writer.depth());
        write_value(item, body_len, id, writer).map_err(|error| error.in_item(index))?;
    }
    Ok(())
}

fn write_packed<T: Tagged>(items: &[T], id: u32, writer: &mut Writer) -> Result<(), EncodeError> {
    writer.put_key(id, WireType::Length);
    writer.put_length(bodies_len(items, writer.depth()))?;
    items.iter().try_for_each(|item| item.write_body(writer))
}

fn merge_value<T: Tagged>(value: &mut T, wire: WireType, reader: &mut Reader<'_>) -> Result<(), DecodeError> {
    if wire != T::WIRE {
        return Err(reader.error(DecodeErrorKind::wire_type(T::WIRE, wire)));
    }
    if is_number::<T>() {
        value.merge_body(reader)
    } else {
        reader.delimited(|reader| value.merge_body(reader))
    }
}

fn merge_item<T: Tagged>(
    items: &mut Vec<T>,
    wire: WireType,
    reader: &mut Reader<'_>,
) -> Result<(), DecodeError> {
    let mut item = T::absent();
    merge_value(&mut item, wire, reader).map_err(|error| error.in_item(items.len()))?;
    items.push(item);
    Ok(())
}

fn merge_packed<T: Tagged>(items: &mut Vec<T>, reader: &mut Reader<'_>) -> Result<(), DecodeError> {
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

fn bodies_len<T: Tagged>(items: &[T], depth: Depth) -> usize {
    items.iter().fold(0, |sum, item| sum.saturating_add(item.body_len(depth)))
}

fn prefixed_len<T: Tagged>(body_len: usize) -> usize {
    if is_number::<T>() { body_len } else { delimited_len(body_len) }
}

/// Everything that is no number has a length before it.
fn is_number<T: Tagged>() -> bool {
    T::WIRE != WireType::Length
}

//! One field alone, in a message of its own: for kinds of fields that are asked for by an attribute, and for values that
//! borrow.

use crate::message::depth::Depth;
use crate::message::reader::Reader;
use crate::message::tagged::{Tagged, TaggedField};
use crate::message::writer::Writer;
use crate::{DecodeError, EncodeError};

/// The message `{ field = ID }`.
pub(super) const ID: u32 = 1;

pub(super) fn try_write<'a, T: TaggedField<'a, E>, const E: u8>(value: &T) -> Result<Vec<u8>, EncodeError> {
    let length = Depth::TOP.measure(|depth| value.field_len(ID, depth));
    let mut bytes = vec![0; length];
    let mut writer = Writer::new(&mut bytes, 16);
    writer.message(|writer| value.write_field("field", ID, writer))?;
    writer.finish()?;
    Ok(bytes)
}

pub(super) fn write<'a, T: TaggedField<'a, E>, const E: u8>(value: &T) -> Vec<u8> {
    try_write::<T, E>(value).unwrap()
}

pub(super) fn read<'a, T: TaggedField<'a, E>, const E: u8>(bytes: &'a [u8]) -> Result<T, DecodeError> {
    let mut value = T::absent();
    Reader::new(bytes, 16).fields(|reader, id, wire| match id {
        ID => value.merge_field("field", wire, reader),
        _ => reader.skip(id, wire),
    })?;
    Ok(value)
}

/// Writes a value as exactly these bytes, and reads it from them.
pub(super) fn assert_field<'a, T, const E: u8>(value: &T, bytes: &'a [u8])
where
    T: TaggedField<'a, E> + PartialEq + std::fmt::Debug,
{
    assert_eq!(write::<T, E>(value), bytes);
    assert_eq!(&read::<T, E>(bytes).unwrap(), value);
}

/// The bytes of a message that is written by hand as the derive would write it.
pub(super) fn write_message<'a, T: Tagged<'a>>(message: &T) -> Vec<u8> {
    let mut bytes = vec![0; message.body_len(Depth::TOP)];
    let mut writer = Writer::new(&mut bytes, 16);
    message.write_body(&mut writer).unwrap();
    writer.finish().unwrap();
    bytes
}

pub(super) fn read_message<'a, T: Tagged<'a>>(bytes: &'a [u8]) -> Result<T, DecodeError> {
    let mut message = T::absent();
    message.merge_body(&mut Reader::new(bytes, 16))?;
    Ok(message)
}

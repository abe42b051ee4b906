//! Strings and bytes: everything behind the length is the value.

use std::borrow::Cow;

use bytes::Bytes;

use super::{Tagged, WireType};
use crate::message::depth::Depth;
use crate::message::reader::Reader;
use crate::message::schema::TypeSchema;
use crate::message::writer::Writer;
use crate::message::{DecodeError, EncodeError};

macro_rules! tagged_text {
    ($schema:expr, $bytes:ident; $([$($lifetimes:tt)*] $text:ty, $take:expr;)*) => { $(
        impl<$($lifetimes)*> Tagged<'a> for $text {
            const WIRE: WireType = WireType::Length;
            const TYPE: TypeSchema = $schema;

            #[inline]
            fn absent() -> Self {
                Self::default()
            }

            #[inline]
            fn body_len(&self, _depth: Depth) -> usize {
                self.len()
            }

            #[inline]
            fn write_body(&self, writer: &mut Writer<'_>) -> Result<(), EncodeError> {
                writer.put(self.$bytes())
            }

            #[inline]
            fn merge_body(&mut self, reader: &mut Reader<'a>) -> Result<(), DecodeError> {
                *self = $take(reader)?;
                Ok(())
            }
        }
    )* };
}

tagged_text! {
    TypeSchema::Text, as_bytes;
    ['a] String, |reader| text(reader).map(str::to_owned);
    ['a] Box<str>, |reader| text(reader).map(Self::from);
    ['a: 'x, 'x] &'x str, text;
    ['a: 'x, 'x] Cow<'x, str>, |reader| text(reader).map(Cow::Borrowed);
}

tagged_text! {
    TypeSchema::Bytes, as_ref;
    ['a] Vec<u8>, |reader| bytes(reader).map(<[u8]>::to_vec);
    ['a] Bytes, shared_bytes;
    ['a] Box<[u8]>, |reader| bytes(reader).map(Self::from);
    ['a: 'x, 'x] &'x [u8], bytes;
    ['a: 'x, 'x] Cow<'x, [u8]>, |reader| bytes(reader).map(Cow::Borrowed);
}

#[inline]
fn text<'a>(reader: &mut Reader<'a>) -> Result<&'a str, DecodeError> {
    reader.take_text(reader.remaining())
}

#[inline]
fn bytes<'a>(reader: &mut Reader<'a>) -> Result<&'a [u8], DecodeError> {
    reader.take(reader.remaining())
}

#[inline]
fn shared_bytes(reader: &mut Reader<'_>) -> Result<Bytes, DecodeError> {
    reader.take_shared(reader.remaining())
}

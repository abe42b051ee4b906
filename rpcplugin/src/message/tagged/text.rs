//! Strings and bytes: everything behind the length is the value.

use bytes::Bytes;

use super::{Tagged, WireType};
use crate::message::depth::Depth;
use crate::message::reader::Reader;
use crate::message::writer::Writer;
use crate::message::{DecodeError, EncodeError};

macro_rules! tagged_text {
    ($($text:ty, $take:expr;)*) => { $(
        impl Tagged for $text {
            const WIRE: WireType = WireType::Length;

            #[inline]
            fn absent() -> Self {
                Self::new()
            }

            #[inline]
            fn body_len(&self, _depth: Depth) -> usize {
                self.len()
            }

            #[inline]
            fn write_body(&self, writer: &mut Writer) -> Result<(), EncodeError> {
                writer.put(self.as_ref());
                Ok(())
            }

            #[inline]
            fn merge_body(&mut self, reader: &mut Reader<'_>) -> Result<(), DecodeError> {
                let length = reader.remaining();
                *self = $take(reader, length)?;
                Ok(())
            }
        }
    )* };
}

tagged_text! {
    String, Reader::take_text;
    Vec<u8>, |reader: &mut Reader<'_>, length| reader.take(length).map(<[u8]>::to_vec);
    Bytes, Reader::take_shared;
}

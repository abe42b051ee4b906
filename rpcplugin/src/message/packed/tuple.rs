//! Tuples: their items, one after the other.

use super::{Fixed, Format, Packed, total_size};
use crate::message::depth::{Depth, total};
use crate::message::reader::Reader;
use crate::message::schema::TypeSchema;
use crate::message::writer::Writer;
use crate::message::{DecodeError, EncodeError};

macro_rules! packed_tuples {
    ($([$($type:ident $item:ident $index:literal),*])*) => { $(
        #[diagnostic::do_not_recommend]
        impl<'a, $($type: Packed<'a>),*> Packed<'a> for ($($type,)*) {
            const SIZE: Option<usize> = total_size([$($type::SIZE),*]);
            const TYPE: TypeSchema = TypeSchema::Tuple(&[$($type::TYPE),*]);

            #[inline]
            fn bytes_min<F: Format>() -> usize {
                total([$($type::bytes_min::<F>()),*])
            }

            #[inline]
            fn packed_len<F: Format>(&self, depth: Depth) -> usize {
                let ($($item,)*) = self;
                total([$($item.packed_len::<F>(depth)),*])
            }

            #[inline]
            fn write<F: Format>(&self, writer: &mut Writer<'_>) -> Result<(), EncodeError> {
                let ($($item,)*) = self;
                $($item.write::<F>(writer).map_err(|error| error.in_item($index))?;)*
                Ok(())
            }

            #[inline]
            fn read<F: Format>(reader: &mut Reader<'a>) -> Result<Self, DecodeError> {
                Ok(($($type::read::<F>(reader).map_err(|error| error.in_item($index))?,)*))
            }
        }

        #[diagnostic::do_not_recommend]
        impl<'a, $($type: Fixed<'a>),*> Fixed<'a> for ($($type,)*) {
            const BYTES: usize = total([$($type::BYTES),*]);
            const VALIDATED: bool = false $(|| $type::VALIDATED)*;

            #[inline]
            fn check_value(&self) -> Result<(), EncodeError> {
                let ($($item,)*) = self;
                $($item.check_value().map_err(|error| error.in_item($index))?;)*
                Ok(())
            }

            #[inline]
            fn put<F: Format>(&self, place: &mut [u8]) {
                let ($($item,)*) = self;
                $(let place = $item.put_front::<F>(place);)*
                let _written_in_full = place;
            }

            #[inline]
            fn check<F: Format>(bytes: &'a [u8]) -> Result<(), DecodeError> {
                let rest = bytes;
                $(let rest = check_item::<$type, F>($index, bytes, rest)?;)*
                let _looked_at_in_full = rest;
                Ok(())
            }

            #[inline]
            fn get<F: Format>(bytes: &'a [u8]) -> Self {
                let rest = bytes;
                $(let ($item, rest) = $type::get_front::<F>(rest);)*
                let _taken_in_full = rest;
                ($($item,)*)
            }
        }
    )* };
}

packed_tuples! {
    [A a 0]
    [A a 0, B b 1]
    [A a 0, B b 1, C c 2]
    [A a 0, B b 1, C c 2, D d 3]
    [A a 0, B b 1, C c 2, D d 3, E e 4]
    [A a 0, B b 1, C c 2, D d 3, E e 4, G g 5]
    [A a 0, B b 1, C c 2, D d 3, E e 4, G g 5, H h 6]
    [A a 0, B b 1, C c 2, D d 3, E e 4, G g 5, H h 6, I i 7]
    [A a 0, B b 1, C c 2, D d 3, E e 4, G g 5, H h 6, I i 7, J j 8]
    [A a 0, B b 1, C c 2, D d 3, E e 4, G g 5, H h 6, I i 7, J j 8, K k 9]
    [A a 0, B b 1, C c 2, D d 3, E e 4, G g 5, H h 6, I i 7, J j 8, K k 9, L l 10]
    [A a 0, B b 1, C c 2, D d 3, E e 4, G g 5, H h 6, I i 7, J j 8, K k 9, L l 10, M m 11]
}

/// Checks the item at the front of `rest`, which is the end of the tuple's `bytes`; returns what is behind it.
#[inline]
fn check_item<'a, T: Fixed<'a>, F: Format>(
    index: usize,
    bytes: &'a [u8],
    rest: &'a [u8],
) -> Result<&'a [u8], DecodeError> {
    let (own, behind) = rest.split_at(T::BYTES.min(rest.len()));
    match T::check::<F>(own) {
        Ok(()) => Ok(behind),
        Err(error) => Err(error.in_item(index).later_by(bytes.len().saturating_sub(rest.len()))),
    }
}

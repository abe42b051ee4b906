//! A field that lies as another type: what came of that type, until all of it is there.

use std::fmt::Display;

use super::{TaggedField, WireType};
use crate::message::DecodeError;
use crate::message::checks::decoded_with;
use crate::message::depth::Depth;
use crate::message::reader::Reader;

/// The `Wire` of a `with` module. A list comes item by item and a message in parts, so it is turned into the field's value
/// only when the message ends.
#[derive(Debug)]
pub struct WithParts<W> {
    /// What came, and where its first part began.
    come: Option<(W, usize)>,
}

impl<W> WithParts<W> {
    /// Nothing came yet.
    #[inline]
    #[must_use]
    pub const fn none() -> Self {
        Self { come: None }
    }

    /// Reads what stands behind a key of the field. `earlier` is what an earlier part of the message left.
    ///
    /// # Errors
    ///
    /// If it is no value of the wire type, or the message comes in so many parts that this takes too long.
    pub fn merge<'a, const E: u8>(
        &mut self,
        earlier: impl FnOnce() -> W,
        name: &'static str,
        wire: WireType,
        reader: &mut Reader<'a>,
    ) -> Result<(), DecodeError>
    where
        W: TaggedField<'a, E>,
    {
        let (value, _) = match &mut self.come {
            Some(come) => come,
            come @ None => {
                let earlier = earlier();
                // It is made anew for every part: without a bound, the time would grow with the square of the bytes.
                let bytes = earlier.field_len(1, Depth::TOP);
                reader.spend(bytes).map_err(|error| error.in_field(name))?;
                come.insert((earlier, reader.offset()))
            }
        };
        value.merge_field(name, wire, reader)
    }

    /// The field's value and where it began, if any of it came.
    ///
    /// # Errors
    ///
    /// If the module refuses what came.
    #[inline]
    pub fn decoded<'a, const E: u8, T, R: Display>(
        self,
        decode: impl FnOnce(W) -> Result<T, R>,
        name: &'static str,
    ) -> Result<Option<(T, usize)>, DecodeError>
    where
        W: TaggedField<'a, E>,
    {
        let Some((value, offset)) = self.come else { return Ok(None) };
        value.check_whole(name, Depth::TOP)?;
        decoded_with(decode(value), name, offset).map(|value| Some((value, offset)))
    }
}

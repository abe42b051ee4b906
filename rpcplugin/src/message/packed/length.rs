//! How long is what has a length? `#[binary(max_len = N)]` bounds it.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use bytes::Bytes;

use crate::message::{DecodeError, DecodeErrorKind, EncodeError, EncodeErrorKind};

/// What a field with `#[binary(max_len = N)]` may hold.
#[diagnostic::on_unimplemented(
    message = "`max_len` bounds text, bytes, lists, maps and sets: `{Self}` is none of these",
    label = "has no length that could be bounded",
    note = "an `Option` or a `Box` of these has a length too; a number is bounded with `#[binary(validate = function)]` above the message"
)]
pub trait Length {
    /// The bytes of text, the items of anything else; what is not there has none.
    fn length(&self) -> usize;
}

macro_rules! lengths {
    ($([$($generics:tt)*] $type:ty;)*) => { $(
        #[diagnostic::do_not_recommend]
        impl<$($generics)*> Length for $type {
            #[inline]
            fn length(&self) -> usize {
                self.len()
            }
        }
    )* };
}

lengths! {
    [] str;
    [] String;
    [] Bytes;
    [T] [T];
    [T] Vec<T>;
    [K, V] BTreeMap<K, V>;
    [K, V, S] HashMap<K, V, S>;
    [T] BTreeSet<T>;
    [T, S] HashSet<T, S>;
}

macro_rules! lengths_of_others {
    ($([$($generics:tt)*] $type:ty;)*) => { $(
        #[diagnostic::do_not_recommend]
        impl<$($generics)*> Length for $type {
            #[inline]
            fn length(&self) -> usize {
                (**self).length()
            }
        }
    )* };
}

lengths_of_others! {
    [T: Length + ?Sized] &T;
    [T: Length + ?Sized] Box<T>;
    [T: Length + ToOwned + ?Sized] Cow<'_, T>;
}

#[diagnostic::do_not_recommend]
impl<T: Length> Length for Option<T> {
    #[inline]
    fn length(&self) -> usize {
        self.as_ref().map_or(0, T::length)
    }
}

/// Refuses to write a field that is longer than it may be.
///
/// # Errors
///
/// If `found` is more than `limit`.
#[inline]
pub fn check_encoded_length(found: usize, limit: usize, name: &'static str) -> Result<(), EncodeError> {
    if found <= limit {
        return Ok(());
    }
    Err(EncodeError::new(EncodeErrorKind::TooLong { limit, found }).in_field(name))
}

/// Refuses a field that was read, from `offset` on, and is longer than it may be.
///
/// # Errors
///
/// If `found` is more than `limit`.
#[inline]
pub fn check_decoded_length(
    found: usize,
    limit: usize,
    name: &'static str,
    offset: usize,
) -> Result<(), DecodeError> {
    if found <= limit {
        return Ok(());
    }
    Err(DecodeError::at(offset, DecodeErrorKind::TooLong { limit, found }).in_field(name))
}

//! What a type's own functions say of a value: `validate`, and the modules of `with`.

use std::fmt::Display;

use super::{DecodeError, DecodeErrorKind, EncodeError, EncodeErrorKind};

/// The answer of a field's `validate`, before the field is written.
///
/// # Errors
///
/// If it refuses the value.
#[inline]
pub fn check_encoded<E: Display>(answer: Result<(), E>, name: &'static str) -> Result<(), EncodeError> {
    check_encoded_whole(answer).map_err(|error| error.in_field(name))
}

/// The answer of a message's `validate`, before the message is written.
///
/// # Errors
///
/// If it refuses the value.
#[inline]
pub fn check_encoded_whole<E: Display>(answer: Result<(), E>) -> Result<(), EncodeError> {
    answer.map_err(|reason| EncodeError::new(EncodeErrorKind::Invalid { reason: reason.to_string() }))
}

/// The answer of a field's `validate`, after the field was read at `offset`.
///
/// # Errors
///
/// If it refuses the value.
#[inline]
pub fn check_decoded<E: Display>(
    answer: Result<(), E>,
    name: &'static str,
    offset: usize,
) -> Result<(), DecodeError> {
    check_decoded_whole(answer, offset).map_err(|error| error.in_field(name))
}

/// The answer of a message's `validate`, after the message was read at `offset`.
///
/// # Errors
///
/// If it refuses the value.
#[inline]
pub fn check_decoded_whole<E: Display>(answer: Result<(), E>, offset: usize) -> Result<(), DecodeError> {
    answer.map_err(|reason| invalid(&reason, offset))
}

/// The value that the `decode` of a `with` module makes of what was read at `offset`.
///
/// # Errors
///
/// If it refuses the value.
#[inline]
pub fn decoded_with<T, E: Display>(
    decoded: Result<T, E>,
    name: &'static str,
    offset: usize,
) -> Result<T, DecodeError> {
    decoded.map_err(|reason| invalid(&reason, offset).in_field(name))
}

#[cold]
fn invalid(reason: &dyn Display, offset: usize) -> DecodeError {
    DecodeError::at(offset, DecodeErrorKind::Invalid { reason: reason.to_string() })
}

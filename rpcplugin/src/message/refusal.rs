//! What a type's own functions say against a value, before it is known whether it was read or is to be written.

use std::fmt::Display;

use super::path::FieldPath;
use super::{DecodeError, DecodeErrorKind, EncodeError, EncodeErrorKind};

/// A value that `validate` does not accept, and where it lies.
#[derive(Debug)]
pub struct Refusal {
    path: FieldPath,
    reason: String,
}

impl Refusal {
    /// The answer of a `validate` about a message as a whole.
    ///
    /// # Errors
    ///
    /// If it refuses the value.
    #[inline]
    pub fn of_whole<E: Display>(answer: Result<(), E>) -> Result<(), Self> {
        answer.map_err(|reason| Self::new(&reason))
    }

    /// The answer of a `validate` about a field.
    ///
    /// # Errors
    ///
    /// If it refuses the value.
    #[inline]
    pub fn of_field<E: Display>(answer: Result<(), E>, name: &'static str) -> Result<(), Self> {
        answer.map_err(|reason| Self::new(&reason).in_field(name))
    }

    #[cold]
    fn new(reason: &dyn Display) -> Self {
        Self { path: FieldPath::default(), reason: reason.to_string() }
    }

    #[cold]
    pub(super) fn in_field(mut self, name: &'static str) -> Self {
        self.path.in_field(name);
        self
    }

    /// The place of an item among others, where it is the same for everybody.
    #[cold]
    pub(super) fn in_place(mut self, index: usize, order: Order) -> Self {
        if matches!(order, Order::Kept) {
            self.path.in_item(index);
        }
        self
    }
}

/// Whether one goes through the items of a collection in the order of its bytes.
#[derive(Debug, Clone, Copy)]
pub(super) enum Order {
    /// Every time.
    Kept,
    /// By chance.
    Random,
}

impl From<Refusal> for DecodeError {
    /// Without an offset: a message may have come in several parts, or be refused for what did not come.
    #[cold]
    fn from(Refusal { path, reason }: Refusal) -> Self {
        Self::nowhere(path, DecodeErrorKind::Invalid { reason })
    }
}

impl From<Refusal> for EncodeError {
    #[cold]
    fn from(Refusal { path, reason }: Refusal) -> Self {
        Self::at_path(path, EncodeErrorKind::Invalid { reason })
    }
}

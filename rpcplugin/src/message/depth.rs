use super::refusal::Refusal;
use crate::limits::MESSAGE_DEPTH_MAX;

/// How many messages may still lie within one another, for whoever walks a value or its bytes; counted together with
/// those that are only measured.
#[derive(Debug, Clone, Copy)]
pub struct Depth(usize);

impl Depth {
    /// Before the outermost message.
    pub(super) const TOP: Self = Self(MESSAGE_DEPTH_MAX + MEASURED_BEYOND);

    /// Before the outermost message, for generated code.
    #[inline]
    #[must_use]
    pub fn outermost() -> Self {
        Self::TOP
    }

    /// Within one more message, unless that is one too many.
    #[inline]
    pub(super) fn deeper(self) -> Option<Self> {
        if self.0 > MEASURED_BEYOND { Some(Self(self.0 - 1)) } else { None }
    }

    /// Whether this is before the outermost message.
    #[inline]
    pub(super) fn is_top(self) -> bool {
        self.0 == Self::TOP.0
    }

    /// The length of a message from the lengths of its fields.
    ///
    /// A message beyond the limit is measured as well: one that has only defaults is left out of the message that holds
    /// it, which may be the last within the limit. What lies far beyond counts as one byte. It must not count as none: it
    /// would be left out, where writing it has to fail.
    #[inline]
    pub fn measure(self, fields: impl FnOnce(Self) -> usize) -> usize {
        self.0.checked_sub(1).map_or(1, |inside| fields(Self(inside)))
    }

    /// Asks the fields of a message. Of one beyond the limit nothing is asked: writing it fails anyway, and none was read.
    ///
    /// # Errors
    ///
    /// If a field is refused.
    #[inline]
    pub fn check(self, fields: impl FnOnce(Self) -> Result<(), Refusal>) -> Result<(), Refusal> {
        self.deeper().map_or(Ok(()), fields)
    }
}

/// The sum of the lengths of a message's fields. It saturates: a length that no memory holds is refused by the writer.
#[inline]
#[must_use]
pub const fn total<const N: usize>(lengths: [usize; N]) -> usize {
    let mut sum: usize = 0;
    let mut rest: &[usize] = &lengths;
    while let [first, others @ ..] = rest {
        sum = sum.saturating_add(*first);
        rest = others;
    }
    sum
}

/// Messages beyond the limit that are looked into. Those that may be left out lie within one another by value, as the
/// type says: few types go so far, and a value of one that does is refused as too deep.
const MEASURED_BEYOND: usize = 16;

use crate::limits::MESSAGE_DEPTH_MAX;

/// How many messages may still lie within one another, for whoever walks a value or its bytes.
#[derive(Debug, Clone, Copy)]
pub struct Depth(usize);

impl Depth {
    /// Before the outermost message.
    pub(super) const TOP: Self = Self(MESSAGE_DEPTH_MAX);

    /// Before the outermost message, for generated code.
    #[inline]
    #[must_use]
    pub fn outermost() -> Self {
        Self::TOP
    }

    /// Within one more message, unless that is one too many.
    #[inline]
    pub(super) fn deeper(self) -> Option<Self> {
        self.0.checked_sub(1).map(Self)
    }

    /// Whether this is before the outermost message.
    #[inline]
    pub(super) fn is_top(self) -> bool {
        self.0 == Self::TOP.0
    }

    /// The length of a message from the lengths of its fields.
    ///
    /// A message beyond the limit counts as one byte. It must not count as none: it would pass for one that has only
    /// defaults and be left out, where writing it has to fail.
    #[inline]
    pub fn measure(self, fields: impl FnOnce(Self) -> usize) -> usize {
        self.deeper().map_or(1, fields)
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

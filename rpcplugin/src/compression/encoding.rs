use std::fmt;

/// A format in which a message travels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Encoding {
    /// As it is. Everybody reads it.
    #[default]
    Identity,
    /// gzip, RFC 1952. Needs the feature `gzip`.
    #[cfg(feature = "gzip")]
    Gzip,
    /// Zstandard, RFC 8878. Needs the feature `zstd`.
    #[cfg(feature = "zstd")]
    Zstd,
}

impl Encoding {
    /// All that this build knows, as it is first.
    pub const ALL: &'static [Self] = &[
        Self::Identity,
        #[cfg(feature = "gzip")]
        Self::Gzip,
        #[cfg(feature = "zstd")]
        Self::Zstd,
    ];

    /// Its name in gRPC's headers, such as `gzip`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            #[cfg(feature = "gzip")]
            Self::Gzip => "gzip",
            #[cfg(feature = "zstd")]
            Self::Zstd => "zstd",
        }
    }

    /// Its number on the binary wire: before a compressed message, and as the place of its bit in what a side reads.
    pub(crate) const fn number(self) -> u8 {
        match self {
            Self::Identity => 0,
            #[cfg(feature = "gzip")]
            Self::Gzip => 1,
            #[cfg(feature = "zstd")]
            Self::Zstd => 2,
        }
    }

    /// The encoding of a name, unless this build does not know it.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|encoding| encoding.as_str() == name)
    }

    /// The encoding of a number, unless this build does not know it.
    pub(crate) fn numbered(number: u8) -> Option<Self> {
        Self::ALL.iter().copied().find(|encoding| encoding.number() == number)
    }
}

impl fmt::Display for Encoding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// Some encodings, beside messages as they are.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Encodings(u8);

impl Encodings {
    pub(crate) const fn with(self, encoding: Encoding) -> Self {
        match encoding {
            Encoding::Identity => self,
            #[cfg(any(feature = "gzip", feature = "zstd"))]
            _ => Self(self.0 | 1 << encoding.number()),
        }
    }

    /// Whether messages may travel so. As they are they always may.
    pub(crate) const fn contains(self, encoding: Encoding) -> bool {
        matches!(encoding, Encoding::Identity) || self.0 & 1 << encoding.number() != 0
    }

    /// These and those.
    #[cfg(feature = "server")]
    pub(crate) const fn and(self, others: Self) -> Self {
        Self(self.0 | others.0)
    }

    pub(crate) const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// As the binary wire says them, a bit each.
    pub(crate) const fn bits(self) -> u8 {
        self.0
    }

    /// What the binary wire says. Bits of encodings that nobody here knows are kept, and mean nothing.
    pub(crate) const fn from_bits(bits: u8) -> Self {
        Self(bits)
    }

    /// Those of a list as gRPC has it in a header, with commas between them. What nobody here knows is left out.
    #[cfg(any(test, feature = "server"))]
    pub(crate) fn listed(list: &str) -> Self {
        let known = list.split(',').filter_map(|name| Encoding::named(name.trim()));
        known.fold(Self::default(), Self::with)
    }

    /// Those that this build knows, in the order of their numbers.
    pub(crate) fn iter(self) -> impl Iterator<Item = Encoding> {
        Encoding::ALL
            .iter()
            .copied()
            .filter(move |encoding| *encoding != Encoding::Identity && self.contains(*encoding))
    }

    /// The list for a header.
    pub(crate) fn list(self) -> String {
        let names: Vec<&str> = self.iter().map(Encoding::as_str).collect();
        names.join(",")
    }
}

impl fmt::Debug for Encodings {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_set().entries(self.iter()).finish()
    }
}

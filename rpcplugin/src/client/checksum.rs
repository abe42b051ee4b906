use std::fmt::{self, Write};
use std::str::FromStr;

use aws_lc_rs::digest::{Algorithm, Context, SHA256, SHA512};

/// What the bytes of a plugin's program add up to: a host that knows it starts no other program.
///
/// Its text is the name of the algorithm, a colon and the digest in hex, and is read in upper case as well.
///
/// # Examples
///
/// ```
/// use rpcplugin::Checksum;
///
/// // What `sha256sum` prints.
/// let text = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
/// let checksum: Checksum = text.parse()?;
/// assert_eq!(checksum, Checksum::of(b""));
/// assert_eq!(checksum.to_string(), text);
/// # Ok::<(), rpcplugin::ChecksumError>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Checksum {
    kind: Kind,
    digest: Box<[u8]>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Sha256,
    Sha512,
}

impl Kind {
    const ALL: [Self; 2] = [Self::Sha256, Self::Sha512];

    const fn name(self) -> &'static str {
        match self {
            Self::Sha256 => "sha256",
            Self::Sha512 => "sha512",
        }
    }

    fn algorithm(self) -> &'static Algorithm {
        match self {
            Self::Sha256 => &SHA256,
            Self::Sha512 => &SHA512,
        }
    }
}

impl Checksum {
    /// That of these bytes, by SHA-256.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        let mut sum = Sum::new(Kind::Sha256);
        sum.update(bytes);
        sum.finish()
    }

    /// Whose digest this is, in the 32 bytes of SHA-256.
    #[must_use]
    pub fn sha256(digest: [u8; 32]) -> Self {
        Self { kind: Kind::Sha256, digest: digest.into() }
    }

    /// Whose digest this is, in the 64 bytes of SHA-512.
    #[must_use]
    pub fn sha512(digest: [u8; 64]) -> Self {
        Self { kind: Kind::Sha512, digest: digest.into() }
    }

    /// Begins to add up other bytes in the same way.
    pub(super) fn begin(&self) -> Sum {
        Sum::new(self.kind)
    }
}

/// A checksum of bytes that come piece by piece.
pub(super) struct Sum {
    kind: Kind,
    context: Context,
}

impl Sum {
    fn new(kind: Kind) -> Self {
        Self { kind, context: Context::new(kind.algorithm()) }
    }

    pub(super) fn update(&mut self, bytes: &[u8]) {
        self.context.update(bytes);
    }

    pub(super) fn finish(self) -> Checksum {
        Checksum { kind: self.kind, digest: self.context.finish().as_ref().into() }
    }
}

impl fmt::Display for Checksum {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = format!("{}:", self.kind.name());
        self.digest.iter().try_for_each(|byte| write!(text, "{byte:02x}"))?;
        formatter.pad(&text)
    }
}

impl fmt::Debug for Checksum {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Checksum({self})")
    }
}

/// A text that is no [`Checksum`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ChecksumError {
    /// No algorithm stands before a colon, or one that is not known here.
    #[error("`{found}` names no algorithm of a checksum; write `sha256:` or `sha512:` and the digest in hex")]
    Algorithm {
        /// What stands there.
        found: String,
    },
    /// The digest is no hex, or not as long as those of its algorithm.
    #[error(
        "the digest of a {algorithm} checksum has {expected} characters of hex; found {found} characters"
    )]
    Digest {
        /// The algorithm.
        algorithm: &'static str,
        /// The characters of such a digest, as a number.
        expected: usize,
        /// The characters that stand there, as a number.
        found: usize,
    },
}

impl FromStr for Checksum {
    type Err = ChecksumError;

    fn from_str(text: &str) -> Result<Self, ChecksumError> {
        let (name, digest) = text.split_once(':').unwrap_or((text, ""));
        let kind = Kind::ALL.into_iter().find(|kind| kind.name().eq_ignore_ascii_case(name));
        let kind = kind.ok_or_else(|| ChecksumError::Algorithm { found: name.chars().take(80).collect() })?;
        let expected = kind.algorithm().output_len() * 2;
        let wrong =
            || ChecksumError::Digest { algorithm: kind.name(), expected, found: digest.chars().count() };
        let nibble = |character: char| character.to_digit(16).and_then(|digit| u8::try_from(digit).ok());
        let nibbles: Option<Vec<u8>> = digest.chars().map(nibble).collect();
        let nibbles = nibbles.filter(|nibbles| nibbles.len() == expected).ok_or_else(wrong)?;
        let bytes =
            nibbles.chunks_exact(2).map(|pair| pair.iter().fold(0, |byte, nibble| byte << 4 | nibble));
        Ok(Self { kind, digest: bytes.collect() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_checksum_is_read_as_it_is_written_and_in_upper_case() {
        // Of "abc", as the standard says.
        let sha256 = "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        let sha512 = "sha512:ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a\
                      2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f";
        assert_eq!(Checksum::of(b"abc").to_string(), sha256);
        for text in [sha256, sha512] {
            let checksum: Checksum = text.parse().unwrap();
            assert_eq!(checksum.to_string(), text);
            assert_eq!(text.to_uppercase().parse(), Ok(checksum.clone()));
            let mut sum = checksum.begin();
            sum.update(b"a");
            sum.update(b"bc");
            assert_eq!(sum.finish(), checksum);
        }
        assert_eq!(Checksum::sha256([7; 32]).to_string(), format!("sha256:{}", "07".repeat(32)));
        assert_eq!(Checksum::sha512([7; 64]).to_string(), format!("sha512:{}", "07".repeat(64)));
    }

    #[test]
    fn what_is_no_checksum_is_refused_with_what_is_wrong() {
        let hex = "0".repeat(64);
        for text in ["", "md5:00", &hex, "sha256"] {
            let error = text.parse::<Checksum>().unwrap_err();
            assert!(!matches!(error, ChecksumError::Digest { found: 1.., .. }), "{text}: {error}");
        }
        for digest in ["0", &hex[1..], &format!("{}g", &hex[1..]), &format!("{hex}0"), "\u{e9}"] {
            let error = format!("sha256:{digest}").parse::<Checksum>().unwrap_err();
            let expected =
                ChecksumError::Digest { algorithm: "sha256", expected: 64, found: digest.chars().count() };
            assert_eq!(error, expected, "{digest}");
        }
    }
}

use std::fmt;
use std::str::FromStr;

use crate::limits::CONTRACT_VERSION_BYTES_MAX;
use crate::quote::quote;

/// A version of a contract within a [`VersionedProtocol`](crate::VersionedProtocol): `1.1` has all that `1.0` has, and `2.0` is
/// another contract.
///
/// # Examples
///
/// ```
/// use rpcplugin::ContractVersion;
///
/// let version: ContractVersion = "1.10".parse()?;
/// assert_eq!(version, ContractVersion::new(1, 10));
/// assert!(version > ContractVersion::new(1, 9));
/// # Ok::<(), rpcplugin::VersionError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ContractVersion {
    major: u32,
    minor: u32,
}

impl ContractVersion {
    /// This version.
    #[must_use]
    pub const fn new(major: u32, minor: u32) -> Self {
        Self { major, minor }
    }

    /// Changes with what old callers cannot live with.
    #[must_use]
    pub const fn major(self) -> u32 {
        self.major
    }

    /// Changes with what is new, beside all that was there.
    #[must_use]
    pub const fn minor(self) -> u32 {
        self.minor
    }

    /// Whether a side that knows this version can keep to the other one: it has the same major number and no higher minor one.
    /// Below 1.0 nothing is promised, and only the same version is compatible.
    #[must_use]
    pub const fn includes(self, other: Self) -> bool {
        match self.major {
            0 => other.major == 0 && self.minor == other.minor,
            major => major == other.major && other.minor <= self.minor,
        }
    }
}

impl FromStr for ContractVersion {
    type Err = VersionError;

    fn from_str(text: &str) -> Result<Self, VersionError> {
        let read = || {
            if text.len() > CONTRACT_VERSION_BYTES_MAX {
                return None;
            }
            let (major, minor) = text.split_once('.')?;
            Some(Self { major: number(major)?, minor: number(minor)? })
        };
        read().ok_or_else(|| VersionError::Unreadable { found: text.to_owned() })
    }
}

/// Digits that no other text stands for: no sign, and no zero before others.
fn number(digits: &str) -> Option<u32> {
    let is_plain =
        digits.bytes().all(|byte| byte.is_ascii_digit()) && (digits == "0" || !digits.starts_with('0'));
    is_plain.then(|| digits.parse().ok()).flatten()
}

impl fmt::Display for ContractVersion {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}.{}", self.major, self.minor)
    }
}

/// Why there is no version of a contract for both sides.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum VersionError {
    /// The text is no version.
    #[error("{} is no version; write two numbers with a point between them, as in `1.0`", quote(found))]
    Unreadable {
        /// The text.
        found: String,
    },
    /// A side has no version, or too many.
    #[error("{} has {count} versions; name at least one, and {max} at most", quote(protocol))]
    Count {
        /// The contract's name.
        protocol: String,
        /// How many there are.
        count: usize,
        /// How many there may be.
        max: usize,
    },
    /// None is compatible.
    #[error(
        "version {} of {} is not supported; supported {}; update the older of the two sides",
        list(asked),
        quote(protocol),
        are(supported)
    )]
    Unsupported {
        /// The contract's name.
        protocol: String,
        /// What the one side asked for, the highest first.
        asked: Vec<ContractVersion>,
        /// What the other side supports, the lowest first.
        supported: Vec<ContractVersion>,
    },
}

fn list(versions: &[ContractVersion]) -> String {
    versions.iter().map(ContractVersion::to_string).collect::<Vec<_>>().join(", ")
}

fn are(versions: &[ContractVersion]) -> String {
    match versions {
        [] => "is none".to_owned(),
        [one] => format!("is {one}"),
        several => format!("are {}", list(several)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_two_plain_numbers() {
        for (text, version) in
            [("0.0", (0, 0)), ("1.10", (1, 10)), ("4294967295.4294967295", (u32::MAX, u32::MAX))]
        {
            let read: ContractVersion = text.parse().unwrap();
            assert_eq!(read, ContractVersion::new(version.0, version.1));
            assert_eq!(read.to_string(), text);
        }
        for text in [
            "",
            ".",
            "1",
            "1.",
            ".1",
            "1.0.0",
            "v1.0",
            "+1.0",
            "01.0",
            "1.00",
            " 1.0",
            "1.x",
            "4294967296.0",
            "1,0",
            "١.٠",
        ] {
            assert_eq!(
                text.parse::<ContractVersion>().unwrap_err(),
                VersionError::Unreadable { found: text.to_owned() }
            );
        }
    }

    #[test]
    fn a_higher_minor_includes_a_lower_one_and_nothing_is_promised_below_one() {
        let includes =
            |one: &str, other: &str| one.parse::<ContractVersion>().unwrap().includes(other.parse().unwrap());
        assert!(includes("1.2", "1.2") && includes("1.2", "1.0") && includes("0.3", "0.3"));
        assert!(!includes("1.0", "1.2") && !includes("2.0", "1.0") && !includes("1.9", "2.0"));
        assert!(!includes("0.3", "0.2") && !includes("0.3", "1.0") && !includes("1.3", "0.3"));
    }
}

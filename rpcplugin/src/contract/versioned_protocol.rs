use std::collections::BTreeSet;

use super::{ContractVersion, VersionError};
use crate::limits::CONTRACT_VERSIONS_MAX;

/// A contract by its name, and the versions of it that one side speaks.
///
/// It is finer than the numbers of the handshake: those choose between sets of services, before anybody is connected. This one says
/// how much of one contract both sides know, once they are.
/// A plugin [offers](crate::PluginServer::versioned_protocol) it, and a host [asks](Self::negotiate_over) for it.
///
/// # Examples
///
/// ```
/// use rpcplugin::{ContractVersion, VersionError, VersionedProtocol};
///
/// let version = ContractVersion::new;
/// let protocol = VersionedProtocol::new("example.Trading", [version(1, 0), version(1, 1), version(2, 0)])?;
/// // What is there is taken.
/// assert_eq!(protocol.negotiate_version(version(1, 1))?, version(1, 1));
/// // A client that knows more than there is keeps to what there is.
/// assert_eq!(protocol.negotiate_version(version(1, 7))?, version(1, 1));
/// // Another major number is another contract.
/// let error = protocol.negotiate_version(version(3, 0)).unwrap_err();
/// assert!(error.to_string().contains("supported are 1.0, 1.1, 2.0"), "{error}");
/// # Ok::<(), VersionError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionedProtocol {
    name: String,
    supported: BTreeSet<ContractVersion>,
}

impl VersionedProtocol {
    /// A contract of this name in these versions.
    ///
    /// # Errors
    ///
    /// [`VersionError::Count`] if there is no version, or more than 64.
    pub fn new(
        name: impl Into<String>,
        supported: impl IntoIterator<Item = ContractVersion>,
    ) -> Result<Self, VersionError> {
        let (name, supported) = (name.into(), supported.into_iter().collect::<BTreeSet<_>>());
        match supported.len() {
            1..=CONTRACT_VERSIONS_MAX => Ok(Self { name, supported }),
            count => Err(VersionError::Count { protocol: name, count, max: CONTRACT_VERSIONS_MAX }),
        }
    }

    /// The contract's name, the same on both sides.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The versions, the lowest first.
    pub fn supported_versions(&self) -> impl DoubleEndedIterator<Item = ContractVersion> + '_ {
        self.supported.iter().copied()
    }

    /// The version for a client that knows this one: the same, or else the highest with the same major number that is not above it.
    /// All of that the client knows; of a version above it, it knows a part, and nobody can say which.
    ///
    /// Below 1.0 it is the same version or none.
    ///
    /// # Errors
    ///
    /// [`VersionError::Unsupported`] if there is none, with all that there are.
    pub fn negotiate_version(
        &self,
        client_version: ContractVersion,
    ) -> Result<ContractVersion, VersionError> {
        self.negotiate([client_version])
    }

    /// The version for a client that knows all of these: of its versions the highest counts that there is one for.
    ///
    /// # Errors
    ///
    /// [`VersionError::Unsupported`] if there is none, with all that there are.
    pub fn negotiate(
        &self,
        client_versions: impl IntoIterator<Item = ContractVersion>,
    ) -> Result<ContractVersion, VersionError> {
        let asked: BTreeSet<_> = client_versions.into_iter().collect();
        let compatible = |known: &ContractVersion| {
            self.supported_versions().rev().find(|supported| known.includes(*supported))
        };
        let found = asked.iter().rev().find_map(compatible);
        found.ok_or_else(|| VersionError::Unsupported {
            protocol: self.name.clone(),
            asked: asked.into_iter().rev().collect(),
            supported: self.supported_versions().collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn versions(texts: &[&str]) -> Vec<ContractVersion> {
        texts.iter().map(|text| text.parse().unwrap()).collect()
    }

    #[test]
    fn the_same_version_is_taken_and_else_the_highest_that_the_client_knows_whole() {
        let protocol =
            VersionedProtocol::new("trading", versions(&["2.0", "1.0", "1.1", "0.4", "1.5"])).unwrap();
        for (asked, found) in [
            (&["1.0"][..], Some("1.0")),
            (&["1.1"], Some("1.1")),
            (&["1.4"], Some("1.1")),
            (&["1.9"], Some("1.5")),
            (&["2.3"], Some("2.0")),
            (&["0.4"], Some("0.4")),
            (&["0.5"], None),
            (&["0.3"], None),
            (&["3.0"], None),
            // Of several the highest counts, whatever their order.
            (&["1.0", "2.0"], Some("2.0")),
            (&["2.0", "1.0"], Some("2.0")),
            (&["3.0", "1.2"], Some("1.1")),
            (&[], None),
        ] {
            let negotiated = protocol.negotiate(versions(asked)).ok();
            assert_eq!(negotiated.map(|version| version.to_string()).as_deref(), found, "{asked:?}");
        }
    }

    #[test]
    fn a_version_below_those_that_there_are_is_none_of_them() {
        let protocol = VersionedProtocol::new("trading", versions(&["1.2", "1.3"])).unwrap();
        let error = protocol.negotiate_version(ContractVersion::new(1, 1)).unwrap_err();
        assert_eq!(
            error,
            VersionError::Unsupported {
                protocol: "trading".to_owned(),
                asked: versions(&["1.1"]),
                supported: versions(&["1.2", "1.3"]),
            }
        );
        assert_eq!(
            error.to_string(),
            "version 1.1 of `trading` is not supported; supported are 1.2, 1.3; update the older of the two sides"
        );
    }

    #[test]
    fn there_is_one_version_at_least_and_no_more_than_anybody_reads() {
        let many = |count: u32| {
            VersionedProtocol::new("many", (0..count).map(|minor| ContractVersion::new(1, minor)))
        };
        assert!(many(64).is_ok());
        for count in [0, 65] {
            let error = many(count).unwrap_err();
            assert!(matches!(error, VersionError::Count { max: 64, .. }), "{error}");
        }
    }
}

//! The host asks how much of a contract the plugin knows.

use crate::contract::Status;
use crate::services::rpcplugin::{NegotiateReply, NegotiateRequest};

/// Says in which version both sides speak a contract.
#[rpcplugin::rpc_protocol(service = "rpcplugin.Versions")]
#[allow(dead_code, reason = "a host uses the client, a plugin the server")]
pub(crate) trait Versions {
    /// The version for a host that knows these.
    async fn negotiate(&self, request: NegotiateRequest) -> Result<NegotiateReply, Status>;
}

/// The plugin's end: the contracts that it has said something of.
#[cfg(feature = "server")]
#[derive(Debug)]
pub(crate) struct OfferedVersions {
    protocols: Vec<crate::contract::VersionedProtocol>,
}

#[cfg(feature = "server")]
impl OfferedVersions {
    pub(crate) const fn new(protocols: Vec<crate::contract::VersionedProtocol>) -> Self {
        Self { protocols }
    }
}

#[cfg(feature = "server")]
impl Versions for OfferedVersions {
    async fn negotiate(&self, request: NegotiateRequest) -> Result<NegotiateReply, Status> {
        use crate::contract::ContractVersion;
        use crate::limits::CONTRACT_VERSIONS_MAX;
        use crate::quote::quote;

        let NegotiateRequest { protocol: name, versions } = request;
        let Some(protocol) = self.protocols.iter().find(|protocol| protocol.name() == name) else {
            return Err(Status::not_found(format!("no versions of {} are known here", quote(&name))));
        };
        if versions.len() > CONTRACT_VERSIONS_MAX {
            let count = versions.len();
            return Err(Status::invalid_argument(format!(
                "there are {count} versions; name {CONTRACT_VERSIONS_MAX} at most"
            )));
        }
        let versions = versions.iter().map(|version| version.parse::<ContractVersion>());
        let versions = versions.collect::<Result<Vec<_>, _>>();
        let versions = versions.map_err(|error| Status::invalid_argument(error.to_string()))?;
        // That there is none is an answer: it says which there are.
        let negotiated = protocol.negotiate(versions).ok();
        Ok(NegotiateReply {
            version: negotiated.map(|version| version.to_string()).unwrap_or_default(),
            supported: protocol.supported_versions().map(|version| version.to_string()).collect(),
        })
    }
}

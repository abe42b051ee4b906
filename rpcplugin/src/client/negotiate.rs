use crate::call::CallOptions;
use crate::contract::{Code, ContractVersion, Status, VersionError, VersionedProtocol};
use crate::limits::{CONTRACT_VERSIONS_MAX, NEGOTIATE_TIMEOUT};
use crate::quote::quote;
use crate::rpc::Channel;
use crate::services::rpcplugin::{NegotiateReply, NegotiateRequest};
use crate::services::versions::{Versions, VersionsClient};

/// Why a host and a plugin did not agree on a version of a contract.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum NegotiateError {
    /// There is no version for both of them.
    #[error(transparent)]
    Version(VersionError),
    /// The plugin says nothing of the versions of this contract: it is older, or made with another library.
    #[error(
        "the plugin says nothing of the versions of {}; take the lowest that this host knows, or have the plugin call `PluginServer::versioned_protocol`",
        quote(protocol)
    )]
    NotOffered {
        /// The contract's name.
        protocol: String,
    },
    /// The plugin answered with something that is no version for this host.
    #[error("the plugin answered the question for a version with {}; update it", quote(found))]
    BadAnswer {
        /// The answer.
        found: String,
    },
    /// The question failed.
    #[error("the plugin could not be asked for a version: {} {}", source.code(), quote(source.message()))]
    Failed {
        /// How.
        source: Status,
    },
}

impl VersionedProtocol {
    /// Asks the plugin at the other end of this channel which version of this contract both sides keep to. This one's versions are
    /// those that the host knows.
    ///
    /// It is one call, through the interceptors of the channel, on either wire, to a plugin that was started or attached to. A
    /// plugin that is started again, or one of a pool, may be of another make than the one that has answered.
    ///
    /// # Errors
    ///
    /// [`NegotiateError::Version`] with all that the plugin supports if there is none for both,
    /// [`NegotiateError::NotOffered`] from a plugin that does not know the question, which each one of go-plugin's is.
    ///
    /// # Cancel safety
    ///
    /// Cancel-safe: nothing changes by asking.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// use rpcplugin::{ContractVersion, NegotiateError, PluginClient, VersionedProtocol};
    ///
    /// # async fn host(plugin: PluginClient) -> Result<(), Box<dyn std::error::Error>> {
    /// let oldest = ContractVersion::new(1, 0);
    /// let known = VersionedProtocol::new("example.Trading", [oldest, ContractVersion::new(1, 1)])?;
    /// let version = match known.negotiate_over(&plugin.channel()).await {
    ///     // From before versions were asked for.
    ///     Err(NegotiateError::NotOffered { .. }) => oldest,
    ///     negotiated => negotiated?,
    /// };
    /// # drop(version);
    /// # Ok(())
    /// # }
    /// ```
    pub async fn negotiate_over(&self, channel: &Channel) -> Result<ContractVersion, NegotiateError> {
        let asked: Vec<_> = self.supported_versions().rev().collect();
        let request = NegotiateRequest {
            protocol: self.name().to_owned(),
            versions: asked.iter().map(ContractVersion::to_string).collect(),
        };
        let client = VersionsClient::new(channel.with(CallOptions::new().timeout(NEGOTIATE_TIMEOUT)));
        match client.negotiate(request).await {
            Ok(reply) => self.judge(reply, asked),
            Err(status) if matches!(status.code(), Code::Unimplemented | Code::NotFound) => {
                Err(NegotiateError::NotOffered { protocol: self.name().to_owned() })
            }
            Err(source) => Err(NegotiateError::Failed { source }),
        }
    }

    /// Holds an answer against what was asked for.
    fn judge(
        &self,
        reply: NegotiateReply,
        asked: Vec<ContractVersion>,
    ) -> Result<ContractVersion, NegotiateError> {
        let NegotiateReply { version, supported } = reply;
        if version.is_empty() {
            // What cannot be read is left out: it is for a person.
            let supported = supported.iter().take(CONTRACT_VERSIONS_MAX).filter_map(|text| text.parse().ok());
            return Err(NegotiateError::Version(VersionError::Unsupported {
                protocol: self.name().to_owned(),
                asked,
                supported: supported.collect(),
            }));
        }
        let is_known = |version: &ContractVersion| asked.iter().any(|known| known.includes(*version));
        let read = version.parse().ok().filter(is_known);
        read.ok_or(NegotiateError::BadAnswer { found: version })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judge(version: &str, supported: &[&str]) -> Result<ContractVersion, NegotiateError> {
        let known = [ContractVersion::new(1, 3), ContractVersion::new(2, 0)];
        let protocol = VersionedProtocol::new("trading", known).unwrap();
        let supported = supported.iter().map(|text| (*text).to_owned()).collect();
        protocol.judge(NegotiateReply { version: version.to_owned(), supported }, known.to_vec())
    }

    #[test]
    fn an_answer_is_a_version_that_the_host_knows() {
        for answer in ["1.3", "1.0", "2.0"] {
            assert_eq!(judge(answer, &[]).unwrap().to_string(), answer);
        }
        for answer in ["1.4", "2.1", "3.0", "0.1", "one", "1.0.0", "\u{1b}[2J"] {
            let error = judge(answer, &["1.0"]).unwrap_err();
            assert!(matches!(&error, NegotiateError::BadAnswer { found } if found == answer), "{error}");
            assert!(!error.to_string().contains('\u{1b}'));
        }
    }

    #[test]
    fn no_version_is_an_error_that_says_which_there_are() {
        let NegotiateError::Version(VersionError::Unsupported { supported, .. }) =
            judge("", &["3.0", "new", "3.1"]).unwrap_err()
        else {
            panic!("there is none")
        };
        assert_eq!(supported, [ContractVersion::new(3, 0), ContractVersion::new(3, 1)]);
    }
}

use std::str::FromStr;

use super::{ReattachError, json};
use crate::handshake::PluginProtocol;
use crate::transport::Address;

/// What Terraform takes for the version of a plugin that names none.
const TERRAFORM_VERSION: u32 = 5;

/// All that a host needs to attach to a plugin that is running already.
///
/// As text it is the JSON object that Terraform reads for one provider. There is no secret in it, and so no key for mutual TLS.
///
/// # Examples
///
/// ```
/// use rpcplugin::{Address, ReattachConfig};
///
/// let address = Address::Unix("/tmp/plugin-1/socket".into());
/// let config = ReattachConfig::new(address).with_protocol_version(6).with_process_id(4711);
/// let text = r#"{"Protocol":"grpc","ProtocolVersion":6,"Pid":4711,"Test":false,"Addr":{"Network":"unix","String":"/tmp/plugin-1/socket"}}"#;
/// assert_eq!(config.to_json()?, text);
/// assert_eq!(text.parse::<ReattachConfig>()?, config);
/// # Ok::<(), rpcplugin::ReattachError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReattachConfig {
    /// What the plugin speaks. A host of this crate attaches to [`PluginProtocol::Grpc`] alone.
    pub protocol: PluginProtocol,
    /// The version of the contract that the plugin serves; 0 where it is not known, see
    /// [`terraform_version`](Self::terraform_version).
    pub protocol_version: u32,
    /// Where the plugin listens.
    pub address: Address,
    /// The number of the plugin's process, where it is known. Without it the host can only ask the plugin to end.
    pub process_id: Option<u32>,
    /// Whether the plugin is in test mode: it belongs to whoever runs it, and a host that is done with it only disconnects.
    pub test: bool,
}

impl ReattachConfig {
    /// A plugin that speaks gRPC at this address, and of which nothing else is known.
    #[must_use]
    pub const fn new(address: Address) -> Self {
        Self { protocol: PluginProtocol::Grpc, protocol_version: 0, address, process_id: None, test: false }
    }

    /// The version of the contract that the plugin serves.
    #[must_use]
    pub const fn with_protocol_version(mut self, version: u32) -> Self {
        self.protocol_version = version;
        self
    }

    /// The number of the plugin's process.
    #[must_use]
    pub const fn with_process_id(mut self, process: u32) -> Self {
        self.process_id = Some(process);
        self
    }

    /// Whether the plugin belongs to whoever runs it, so that no host ends it.
    #[must_use]
    pub const fn with_test(mut self, test: bool) -> Self {
        self.test = test;
        self
    }

    /// The version as Terraform takes it: a provider that names none, by 0, serves version 5.
    ///
    /// # Examples
    ///
    /// ```
    /// use rpcplugin::{Address, ReattachConfig};
    ///
    /// let config = ReattachConfig::new(Address::Unix("/tmp/plugin-1/socket".into()));
    /// assert_eq!(config.terraform_version(), 5);
    /// assert_eq!(config.with_protocol_version(6).terraform_version(), 6);
    /// ```
    #[must_use]
    pub const fn terraform_version(&self) -> u32 {
        match self.protocol_version {
            0 => TERRAFORM_VERSION,
            version => version,
        }
    }

    /// The JSON object that Terraform reads for one provider, on one line.
    ///
    /// # Errors
    ///
    /// [`ReattachError::Unprintable`] where the path of the socket is no UTF-8.
    pub fn to_json(&self) -> Result<String, ReattachError> {
        json::write_config(self)
    }
}

impl FromStr for ReattachConfig {
    type Err = ReattachError;

    /// Reads the JSON object as Go does: names of fields in any case, other fields are skipped, and a field that is not there
    /// is 0, false or empty. Without an address there is nothing to attach to.
    fn from_str(text: &str) -> Result<Self, ReattachError> {
        json::read_config(&json::parse(text)?, None)
    }
}
